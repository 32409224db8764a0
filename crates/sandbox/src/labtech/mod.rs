//! The database of an Automate server (`automate-api.md` section 3), in a real MariaDB.
//!
//! - `schema.sql`: the tables
//! - `fill`: writes a believable library of all nine types with references between them, the same every time
//! - `mutate`: changes it as people do, and as nobody should notice
//!
//! `shift` moves every local id: two instances with different shifts hold the same content under the same GUIDs.
//! A new table is a line in `schema.sql` and a file below `fill`.

mod fill;
mod mutate;
mod rows;

pub use mutate::Mutation;

use sqlx::{AssertSqlSafe, MySqlPool, mysql::MySqlPoolOptions};

const SCHEMA: &str = include_str!("schema.sql");

/// What an instance holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// How many scripts at least; the library's own are always there.
    pub scripts: usize,
    /// Added to every local id.
    pub shift: i64,
}

/// A database with the tables of Automate.
#[derive(Debug, Clone)]
pub struct Instance {
    server: String,
    database: String,
    pool: MySqlPool,
}

impl Instance {
    /// Makes an empty database named `database` on a server (`mysql://user:password@host:port`); one of that name
    /// goes first.
    pub async fn create(server: &str, database: &str) -> Result<Self, sqlx::Error> {
        let server = server.trim().trim_end_matches('/').to_owned();
        let root = MySqlPoolOptions::new().max_connections(1).connect(&server).await?;
        let fresh = format!(
            "DROP DATABASE IF EXISTS `{database}`; CREATE DATABASE `{database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
        );
        sqlx::raw_sql(AssertSqlSafe(fresh)).execute(&root).await?;
        root.close().await;
        let url = format!("{server}/{database}");
        let pool = MySqlPoolOptions::new().max_connections(2).connect(&url).await?;
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        Ok(Self { server, database: database.to_owned(), pool })
    }

    /// Makes a database and fills it.
    pub async fn filled(server: &str, database: &str, shape: Shape) -> Result<Self, sqlx::Error> {
        let instance = Self::create(server, database).await?;
        instance.fill(shape).await?;
        Ok(instance)
    }

    /// Where it stands, with the name and password of the server's user.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.database)
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Its connections, for what this file has no word for.
    pub fn pool(&self) -> &MySqlPool {
        &self.pool
    }

    /// Fills the empty tables.
    pub async fn fill(&self, shape: Shape) -> Result<(), sqlx::Error> {
        fill::everything(&self.pool, shape).await
    }

    /// Takes all content away and fills the tables again: as a server that was set up anew from the same library,
    /// with other local ids.
    pub async fn refill(&self, shape: Shape) -> Result<(), sqlx::Error> {
        let tables = SCHEMA.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        for name in tables.filter_map(|rest| rest.split([' ', '(']).next()) {
            self.run(&format!("TRUNCATE TABLE {name}")).await?;
        }
        self.fill(shape).await
    }

    /// Changes something.
    pub async fn mutate(&self, mutation: Mutation<'_>) -> Result<(), sqlx::Error> {
        mutate::apply(&self.pool, mutation).await
    }

    /// Runs a statement of a test.
    pub async fn run(&self, statement: &str) -> Result<u64, sqlx::Error> {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&self.pool).await?;
        Ok(done.rows_affected())
    }

    /// Makes an account that may only read this database, and answers the URL that it signs in with.
    pub async fn reader(&self, user: &str, password: &str) -> Result<String, sqlx::Error> {
        let database = &self.database;
        self.run(&format!(
            "CREATE OR REPLACE USER '{user}'@'%' IDENTIFIED BY '{password}'; GRANT SELECT ON `{database}`.* TO '{user}'@'%'"
        ))
        .await?;
        let host = self.server.rsplit('@').next().unwrap_or_default();
        Ok(format!("mysql://{user}:{password}@{host}/{database}"))
    }

    /// How many rows the server has sent to an account so far: what its readings asked for. It counts from the first
    /// call on.
    pub async fn rows_sent(&self, user: &str) -> Result<i64, sqlx::Error> {
        self.run("SET GLOBAL userstat = 1").await?;
        let asked = "SELECT CAST(IFNULL(SUM(ROWS_SENT), 0) AS SIGNED) FROM information_schema.USER_STATISTICS WHERE USER = ?";
        sqlx::query_scalar(asked).bind(user).fetch_one(&self.pool).await
    }

    /// Breaks the connections of an account, as a restart in the middle of a reading would.
    pub async fn disconnect(&self, user: &str) -> Result<(), sqlx::Error> {
        self.run(&format!("KILL USER '{user}'")).await.map(drop)
    }

    /// Takes the whole database away.
    pub async fn drop_all(self) -> Result<(), sqlx::Error> {
        self.run(&format!("DROP DATABASE IF EXISTS `{}`", self.database)).await?;
        self.pool.close().await;
        Ok(())
    }
}
