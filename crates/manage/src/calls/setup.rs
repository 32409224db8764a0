//! The instance itself, and what an administrator sets up in it.

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::{Board, Member, Priority, Status, System},
    query::Query,
    wire::setup::{WireBoard, WireMember, WirePriority, WireStatus, WireSystem},
};

impl Manage {
    /// What the instance says about itself. It may answer this without keys: see [`Manage::check_keys`].
    pub async fn system(&self) -> Result<System, ManageError> {
        self.read::<WireSystem>("/system/info", &Query::new()).await.map(System::from)
    }

    /// Proves that the keys work, with the smallest question that needs them.
    pub async fn check_keys(&self) -> Result<(), ManageError> {
        self.list::<WireMember>("/system/members", &Query::new().most(1)).await.map(drop)
    }

    /// Active members with this office mail address; several may have it.
    pub async fn members_by_email(&self, email: &str) -> Result<Vec<Member>, ManageError> {
        let query =
            Query::matching(field("officeEmail").equals(email).and(field("inactiveFlag").equals(false)));
        let found: Vec<Member> = self.members_matching(&query).await?;
        // Whether Manage compares with regard to case is nowhere written.
        let same = |member: &Member| {
            member.office_email.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(email))
        };
        Ok(found.into_iter().filter(same).collect())
    }

    /// Every member, for the mapping of people.
    pub async fn members(&self) -> Result<Vec<Member>, ManageError> {
        self.members_matching(&Query::new()).await
    }

    /// Members that fit, active or not.
    pub async fn members_matching(&self, query: &Query) -> Result<Vec<Member>, ManageError> {
        let query = query.clone().only("id,identifier,firstName,lastName,officeEmail,inactiveFlag");
        Ok(self.list::<WireMember>("/system/members", &query).await?.into_iter().map(Member::from).collect())
    }

    /// Every board that is in use.
    pub async fn boards(&self) -> Result<Vec<Board>, ManageError> {
        let query =
            Query::matching(field("inactiveFlag").equals(false)).only("id,name,inactiveFlag,projectFlag");
        Ok(self.list::<WireBoard>("/service/boards", &query).await?.into_iter().map(Board::from).collect())
    }

    /// The statuses of a board, in their order.
    pub async fn statuses(&self, board: i64) -> Result<Vec<Status>, ManageError> {
        let path = format!("/service/boards/{board}/statuses");
        let mut statuses: Vec<Status> =
            self.list::<WireStatus>(&path, &Query::new()).await?.into_iter().map(Status::from).collect();
        statuses.sort_by_key(|status| (status.order, status.id));
        Ok(statuses)
    }

    /// The priorities, in their order.
    pub async fn priorities(&self) -> Result<Vec<Priority>, ManageError> {
        let mut priorities: Vec<Priority> = self
            .list::<WirePriority>("/service/priorities", &Query::new())
            .await?
            .into_iter()
            .map(Priority::from)
            .collect();
        priorities.sort_by_key(|priority| (priority.order, priority.id));
        Ok(priorities)
    }
}
