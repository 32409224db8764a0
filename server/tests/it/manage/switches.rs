//! Each switch: its effect, and its absence.

use super::{Place, by_rules};
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::{ConnectorInput, Mode, StatusMapping},
};

on_both_engines!(each_switch_of_the_status_mapping, each_flag_of_notes);

fn mapping(input: &mut ConnectorInput) -> &mut StatusMapping {
    &mut input.status_mapping
}

async fn each_switch_of_the_status_mapping(engine: Engine) {
    for mode in [Mode::Workflow, Mode::Rules] {
        for on in [true, false] {
            let change = |input: &mut ConnectorInput| {
                if mode == Mode::Rules {
                    by_rules(input);
                }
                let all = StatusMapping {
                    cw_to_acknowledged: on,
                    cw_to_closed: on,
                    acknowledged_to_cw: on,
                    closed_to_cw: on,
                };
                *mapping(input) = all;
            };
            let place = Place::with(engine, |_| {}, change).await;
            let (theirs, ours) = (place.raised("Theirs").await, place.raised("Ours").await);
            place.set_status(theirs, "In Progress");
            place.round().await;
            assert_eq!(place.state(theirs).await, if on { Acknowledged } else { Open }, "{mode:?} {on}");
            place.set_status(theirs, ">Closed");
            place.round().await;
            assert_eq!(place.state(theirs).await, if on { Closed } else { Open }, "{mode:?} {on}");

            let new = "New (not responded)";
            place.acknowledge(ours).await;
            place.round().await;
            let acknowledged = if mode == Mode::Rules { "In Progress" } else { "Acknowledged" };
            assert_eq!(place.status(ours), if on { acknowledged } else { new }, "{mode:?} {on}");
            place.close(ours).await;
            place.round().await;
            assert_eq!(place.status(ours), if on { "Resolved" } else { new }, "{mode:?} {on}");
            place.round().await;
            assert_eq!(place.state(ours).await, Closed, "what is not carried over is not taken back either");
            place.end().await;
        }
    }
}

async fn each_flag_of_notes(engine: Engine) {
    type Switch = fn(&mut ConnectorInput);
    let flags: [(&str, Switch); 4] = [
        ("detailDescriptionFlag", |input| input.note_flags.discussion = true),
        ("internalAnalysisFlag", |input| input.note_flags.internal = true),
        ("resolutionFlag", |input| input.note_flags.resolution = true),
        ("processNotifications", |input| input.note_flags.notify = true),
    ];
    for (flag, switch) in flags {
        let change = |input: &mut ConnectorInput| {
            by_rules(input);
            // A note must stand somewhere; what is not tested stands internally.
            input.note_flags.internal = flag == "processNotifications";
            switch(input);
        };
        let place = Place::with(engine, |_| {}, change).await;
        let ticket = place.raised("Noted").await;
        place.annotate(ticket, "Looking into it").await;
        place.drain().await;
        let sent =
            place.simulator.requests("notes").into_iter().find(|request| request.method == "POST").unwrap();
        for (name, _) in flags {
            let internal = flag == "processNotifications" && name == "internalAnalysisFlag";
            assert_eq!(sent.body[name], name == flag || internal, "{name} with {flag}");
        }
        assert!(sent.body["text"].as_str().unwrap().contains("Jane"), "who wrote it stands in it");
        place.end().await;
    }
}
