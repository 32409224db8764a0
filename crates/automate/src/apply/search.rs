//! Searches (`sensorchecks`). Folders are found and made by name.

use super::{
    ApplyError,
    columns::{Body, Cell, Columns},
    directory::Directory,
    tree,
};
use domain::content::{Canonical, ContentType, Reference};

const MEMBERS: &[&str] = &["query_type", "tree", "sql", "read_only", "list_data"];

/// The columns of a search.
pub(super) fn columns(content: &Canonical, here: &Directory) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.set("FolderID", here.flat_folder("searchfolders", &content.placement)?);
    columns.numbers(&body, &[("query_type", "QueryType")]);
    columns.texts(&body, &[("sql", "SQL")]);
    columns.set("SearchXML", Cell::Text(tree::xml(body.get("tree"))));
    let list = if body.flag("read_only") {
        "READONLY".to_owned()
    } else {
        body.text("list_data").replace('\n', "\r\n")
    };
    columns.set("ListDATA", list);
    Ok(columns)
}

/// What a person should do about a search that asks for extra data fields or roles: Automate writes their numbers into
/// the SQL when a search is saved, and here they have others (Automate facts, sections 3.5 and 5).
pub(super) fn note(needs: &[Reference]) -> Option<String> {
    let has_numbers = |needed: &Reference| {
        [ContentType::ExtraFields, ContentType::Roles]
            .iter()
            .any(|kind| needed.as_str().split(':').next() == Some(kind.as_str()))
    };
    let told = "its SQL may hold the numbers that extra data fields or roles have on the master: open it in the Control \
                Center and save it once, so that Automate writes its SQL anew";
    needs.iter().any(has_numbers).then(|| told.to_owned())
}

#[cfg(test)]
mod tests {
    use super::note;
    use domain::content::{ContentType, Guid, Reference};

    #[test]
    fn a_search_whose_sql_holds_numbers_says_so() {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        for kind in [ContentType::ExtraFields, ContentType::Roles] {
            assert!(note(&[Reference::to(kind, &guid)]).is_some());
            assert!(note(&[Reference::named(kind.as_str(), "Any")]).is_some());
        }
        assert_eq!(note(&[Reference::to(ContentType::Scripts, &guid)]), None);
        assert_eq!(note(&[]), None);
    }
}
