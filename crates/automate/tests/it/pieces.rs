//! A reading never holds more than a piece of its items, however many there are: at each hand-over the source has been
//! asked for nothing that lies further on.

use crate::{
    mysql,
    rest::{PAGE, Place},
    room::{Room, source},
};
use async_trait::async_trait;
use automate::Reader;
use domain::content::ContentType;
use sandbox::{
    exports::{Script, ScriptStep},
    labtech::Shape,
};
use services::ports::{
    SourceReader as _,
    reader::{ItemSink, KnownSignals, PIECE, ReadError, ReadItem},
};
use std::fs;

/// Counts what it is handed, and looks at the source each time.
struct Counting<'a> {
    pieces: Vec<usize>,
    /// Gets how many items came so far.
    look: Box<dyn FnMut(usize) + Send + 'a>,
}

impl<'a> Counting<'a> {
    fn new(look: impl FnMut(usize) + Send + 'a) -> Self {
        Self { pieces: Vec::new(), look: Box::new(look) }
    }

    fn largest(&self) -> usize {
        self.pieces.iter().copied().max().unwrap_or(0)
    }

    fn sum(&self) -> usize {
        self.pieces.iter().sum()
    }
}

#[async_trait]
impl ItemSink for Counting<'_> {
    async fn take(&mut self, items: Vec<ReadItem>) -> Result<(), ReadError> {
        self.pieces.push(items.len());
        (self.look)(self.pieces.iter().sum());
        Ok(())
    }

    fn forget(&mut self, _: ContentType) {}
}

#[tokio::test]
async fn of_a_folder_only_the_files_of_a_piece_were_opened() {
    let files = 3 * PIECE + 7;
    let room = Room::new();
    for number in 0..files {
        let name = format!("{number:05}");
        room.put(&format!("{name}.xml"), Script::new(&name).step(ScriptStep::note(&name)).to_xml());
    }
    // Whatever comes after the piece in hand is taken away: were it read already, it would be handed over.
    let mut sink = Counting::new(|so_far| {
        for number in so_far + PIECE..files {
            let _ = fs::remove_file(room.path().join(format!("{number:05}.xml")));
        }
    });
    let input = source(room.path(), &[]);
    let reading = Reader::default().read(&input, &KnownSignals::default(), &mut sink).await.unwrap();
    assert_eq!(sink.pieces, [PIECE, PIECE]);
    drop(sink);
    assert_eq!(reading.issues.len(), files - 2 * PIECE, "the others could not be opened any more");
    assert!(!reading.is_complete());
}

#[tokio::test]
async fn over_rest_only_the_pages_that_were_handed_over_were_asked_for() {
    let mut place = Place::of(ContentType::Scripts).await;
    place.server.change(|contents| {
        let next = contents.scripts.iter().map(|script| script.id).max().unwrap_or(0) + 1;
        contents
            .scripts
            .extend((next..next + 90).map(|id| Script { id, ..Script::new(&format!("More {id}")) }));
    });
    place.input.content_types = vec![ContentType::Scripts];
    let server = &place.server;
    let pages = || {
        let page = format!("pagesize={PAGE}&");
        let whole = |request: &&String| {
            request.starts_with("GET scripts?")
                && request.contains(&page)
                && !request.contains("includefields")
        };
        server.requests().iter().filter(whole).count()
    };
    let mut sink = Counting::new(|so_far| assert_eq!(pages(), so_far.div_ceil(PAGE)));
    let reading = place.reader.read(&place.input, &KnownSignals::default(), &mut sink).await.unwrap();
    assert!(reading.is_complete(), "{:?}", reading.issues);
    assert_eq!((sink.largest(), sink.sum()), (PAGE, server.rows("scripts").len()));
    assert!(sink.pieces.len() > 10, "{:?}", sink.pieces);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_database_only_the_bodies_of_a_piece_were_fetched() {
    let place = mysql::Place::new("pieces", Shape { scripts: 3 * PIECE, shift: 0 }).await;
    let known = KnownSignals::default();
    let mut whole = Counting::new(|_| {});
    let reading = place.reader.read(&place.input, &known, &mut whole).await.unwrap();
    assert!(reading.is_complete() && whole.largest() <= PIECE, "{:?}", whole.pieces);
    assert!(whole.sum() > 3 * PIECE, "all types are there");

    // The connection is cut while the first piece is in hand: nothing behind it was fetched already.
    let (runtime, instance) = (tokio::runtime::Handle::current(), &place.instance);
    let cut = |_| {
        let kill = async { instance.disconnect("r_pieces").await.unwrap() };
        tokio::task::block_in_place(|| runtime.block_on(kill));
    };
    let mut sink = Counting::new(cut);
    let mut scripts = place.input.clone();
    scripts.content_types = vec![ContentType::Scripts];
    let broken = place.reader.read(&scripts, &known, &mut sink).await.unwrap_err();
    assert!(broken.to_string().contains("nothing of it was used"), "{broken}");
    assert_eq!(sink.pieces, [PIECE]);
    drop(sink);
    place.instance.drop_all().await.unwrap();
}
