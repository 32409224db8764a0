//! How many people must approve which type, and under which names the sources know people.

use super::Content;
use crate::{Core, Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission, User},
    audit::action,
    content::{
        ContentType,
        review::{Policy, Reviewer},
    },
    ids::UserId,
};
use std::collections::BTreeMap;

/// The most further names of one person.
const MOST_ALIASES: usize = 20;

impl Content<'_> {
    /// The policy of every type.
    pub async fn policies(&self, actor: &Actor) -> Result<Vec<Policy>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let set = self.core.policies().await?;
        let policy = |kind: ContentType| set.get(&kind).cloned().unwrap_or_else(|| Policy::open(kind));
        Ok(ContentType::ALL.into_iter().map(policy).collect())
    }

    /// Sets the policy of a type. What waits is judged anew at once: a stricter policy takes approvals that no
    /// longer suffice back before any sync.
    pub async fn set_policy(&self, actor: &Actor, policy: Policy) -> Result<Policy> {
        self.core.require(actor, Permission::ManagePolicies).await?;
        policy.check()?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.save_policy(&policy).await?;
        let mut items = tx.waiting_items_for_change(policy.content_type).await?;
        for item in &mut items {
            item.review.settle(&mut item.lifecycle, &policy);
            item.follow_review();
        }
        tx.save_items(&items).await?;
        let author = if policy.author_barred { "never the author's" } else { "the author's counts" };
        let summary = format!(
            "set the approval of {} to {} needed, {author}",
            policy.content_type.label().to_lowercase(),
            policy.required_approvals
        );
        let line = Line::ok(action::POLICY, summary).on(policy.content_type);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(policy)
    }

    /// Further names of a person at the sources.
    pub async fn aliases(&self, actor: &Actor, user: UserId) -> Result<Vec<String>> {
        self.core.require(actor, Permission::ManagePolicies).await?;
        self.core.store.user(user).await?.ok_or(Error::NotFound("person"))?;
        Ok(self.core.store.aliases(user).await?)
    }

    /// Everybody's.
    pub async fn all_aliases(&self, actor: &Actor) -> Result<BTreeMap<UserId, Vec<String>>> {
        self.core.require(actor, Permission::ManagePolicies).await?;
        let mut all: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
        for (user, alias) in self.core.store.all_aliases().await? {
            all.entry(user).or_default().push(alias);
        }
        Ok(all)
    }

    /// Replaces a person's further names.
    pub async fn set_aliases(
        &self,
        actor: &Actor,
        user: UserId,
        aliases: Vec<String>,
    ) -> Result<Vec<String>> {
        self.core.require(actor, Permission::ManagePolicies).await?;
        let user = self.core.store.user(user).await?.ok_or(Error::NotFound("person"))?;
        let mut aliases: Vec<String> =
            aliases.iter().map(|alias| alias.trim().to_owned()).filter(|alias| !alias.is_empty()).collect();
        aliases.sort();
        aliases.dedup();
        let long =
            aliases.iter().any(|alias| alias.chars().count() > 100 || alias.contains(char::is_control));
        if long || aliases.len() > MOST_ALIASES {
            let message = format!("must be at most {MOST_ALIASES} names of 1 to 100 characters");
            return Err(Error::field("aliases", message));
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.set_aliases(user.id, &aliases).await?;
        let known = if aliases.is_empty() { "no other name".to_owned() } else { aliases.join(", ") };
        let line = Line::ok(action::POLICY, format!("said that sources know {} as {known}", user.email));
        self.core.audit(&mut *tx, actor, line.about(user.id)).await?;
        tx.commit().await?;
        Ok(aliases)
    }
}

impl Core {
    /// The policies that somebody set.
    pub(crate) async fn policies(&self) -> Result<BTreeMap<ContentType, Policy>> {
        let set = self.store.policies().await?;
        Ok(set.into_iter().map(|policy| (policy.content_type, policy)).collect())
    }

    /// Who reviews: a token counts as the person whose it is.
    pub(crate) async fn reviewer(&self, actor: &Actor) -> Result<Reviewer> {
        let owner = match actor {
            Actor::User { id, .. } => Some(*id),
            Actor::Token { id, .. } => self.store.token_owner(*id).await?,
            Actor::Client { .. } | Actor::Connector { .. } | Actor::System { .. } => None,
        };
        let user = match owner {
            Some(id) => self.store.user(id).await?,
            None => None,
        };
        match user {
            Some(user) => self.person(user, actor).await,
            None => Ok(Reviewer {
                id: format!("{}:{}", actor.kind(), actor.id().unwrap_or_else(|| actor.name().to_owned())),
                name: actor.name().to_owned(),
                known_as: vec![actor.name().to_owned()],
            }),
        }
    }

    async fn person(&self, user: User, actor: &Actor) -> Result<Reviewer> {
        let mut known_as = self.store.aliases(user.id).await?;
        known_as.extend([user.name, user.email]);
        Ok(Reviewer { id: format!("user:{}", user.id), name: actor.name().to_owned(), known_as })
    }
}
