//! Each switch: its effect, and its absence.

use super::{Place, by_rules};
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::{ConnectorInput, Mode, StatusMapping},
};

on_both_engines!(each_switch_of_the_status_mapping, each_flag_of_notes);

/// Switches one setting on.
type Switch<T> = fn(&mut T);

/// The switches, one by one.
const SWITCHES: [(&str, Switch<StatusMapping>); 4] = [
    ("cw_to_acknowledged", |mapping| mapping.cw_to_acknowledged = true),
    ("cw_to_closed", |mapping| mapping.cw_to_closed = true),
    ("acknowledged_to_cw", |mapping| mapping.acknowledged_to_cw = true),
    ("closed_to_cw", |mapping| mapping.closed_to_cw = true),
];
const OFF: StatusMapping = StatusMapping {
    cw_to_acknowledged: false,
    cw_to_closed: false,
    acknowledged_to_cw: false,
    closed_to_cw: false,
};

/// Each alone, then all, then none: an effect comes with its own switch and with no other.
async fn each_switch_of_the_status_mapping(engine: Engine) {
    let all = StatusMapping {
        cw_to_acknowledged: true,
        cw_to_closed: true,
        acknowledged_to_cw: true,
        closed_to_cw: true,
    };
    let mut mappings = vec![("all", all), ("none", OFF)];
    for (name, switch) in SWITCHES {
        let mut mapping = OFF;
        switch(&mut mapping);
        mappings.push((name, mapping));
    }
    for mode in [Mode::Workflow, Mode::Rules] {
        for (name, mapping) in &mappings {
            there_and_back(engine, mode, name, mapping).await;
        }
    }
}

async fn there_and_back(engine: Engine, mode: Mode, name: &str, mapping: &StatusMapping) {
    let change = |input: &mut ConnectorInput| {
        if mode == Mode::Rules {
            by_rules(input);
        }
        input.status_mapping = *mapping;
    };
    let place = Place::with(engine, |_| {}, change).await;
    let (theirs, ours) = (place.raised("Theirs").await, place.raised("Ours").await);
    place.set_status(theirs, "In Progress");
    place.round().await;
    let heard = if mapping.cw_to_acknowledged { Acknowledged } else { Open };
    assert_eq!(place.state(theirs).await, heard, "{mode:?} {name}");
    place.set_status(theirs, ">Closed");
    place.round().await;
    let heard = if mapping.cw_to_closed { Closed } else { heard };
    assert_eq!(place.state(theirs).await, heard, "{mode:?} {name}");

    let acknowledged = if mode == Mode::Rules { "In Progress" } else { "Acknowledged" };
    place.acknowledge(ours).await;
    place.round().await;
    let carried = if mapping.acknowledged_to_cw { acknowledged } else { "New (not responded)" };
    assert_eq!(place.status(ours), carried, "{mode:?} {name}");
    assert_eq!(place.state(ours).await, Acknowledged, "{mode:?} {name}");
    place.close(ours).await;
    place.round().await;
    let carried = if mapping.closed_to_cw { "Resolved" } else { carried };
    assert_eq!(place.status(ours), carried, "{mode:?} {name}");
    place.round().await;
    assert_eq!(
        place.state(ours).await,
        Closed,
        "{mode:?} {name}: what is not carried over is not taken back"
    );
    place.end().await;
}

async fn each_flag_of_notes(engine: Engine) {
    let flags: [(&str, Switch<ConnectorInput>); 4] = [
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
