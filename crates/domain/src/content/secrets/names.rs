//! Names that announce a secret: of variables, options, columns, fields.

/// What a name announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Whatever stands there is the secret.
    Password,
    /// A secret only when it looks random: many harmless things are called key or token.
    Key,
}

/// Words that make a name a password's.
const PASSWORDS: [&str; 7] = ["password", "passwd", "passwort", "passphrase", "passcode", "secret", "pswd"];
/// Endings that do.
const PASSWORD_ENDINGS: [&str; 3] = ["pwd", "pass", "pword"];
/// Words that only end like one.
const NOT_PASSWORDS: [&str; 3] = ["bypass", "compass", "trespass"];
/// Words that make a name a key's.
const KEYS: [&str; 16] = [
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "accountkey",
    "sharedkey",
    "encryptionkey",
    "authkey",
    "masterkey",
    "functionkey",
    "subscriptionkey",
    "signingkey",
    "clientkey",
    "integrationkey",
    "bearer",
    "sastoken",
];
/// Endings after which a name speaks about a secret without holding it.
const ABOUT: [&str; 34] = [
    "hash",
    "length",
    "file",
    "path",
    "field",
    "label",
    "age",
    "policy",
    "id",
    "name",
    "expired",
    "expires",
    "expiry",
    "required",
    "url",
    "uri",
    "type",
    "count",
    "column",
    "prompt",
    "message",
    "msg",
    "pattern",
    "complexity",
    "history",
    "date",
    "changed",
    "lastset",
    "endpoint",
    "provider",
    "store",
    "vault",
    "title",
    "error",
];
/// Tokens that are no secrets.
const NOT_TOKENS: [&str; 4] = ["publickeytoken", "canceltoken", "cancellationtoken", "nexttoken"];

/// What `name` announces, if anything. Case, separators and numbers at the end do not matter; of a dotted name
/// the last part counts.
pub(super) fn class(name: &str) -> Option<Class> {
    if name.len() > 120 {
        return None;
    }
    let last = name.rsplit(['.', ':']).next().unwrap_or_default();
    let letters: String =
        last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let word = letters.trim_end_matches(|c: char| c.is_ascii_digit());
    if word.is_empty() || ABOUT.iter().any(|ending| word.ends_with(ending)) {
        return None;
    }
    let password = word == "pw"
        || PASSWORDS.iter().any(|part| word.contains(part))
        || (PASSWORD_ENDINGS.iter().any(|ending| word.ends_with(ending))
            && !NOT_PASSWORDS.iter().any(|ending| word.ends_with(ending)));
    // `AWS_SECRET_ACCESS_KEY` and `ClientSecret` alike: what follows is the secret, whatever it looks like.
    if password {
        return Some(Class::Password);
    }
    let token = word.ends_with("token") && !NOT_TOKENS.iter().any(|ending| word.ends_with(ending));
    (token || KEYS.iter().any(|part| word.contains(part))).then_some(Class::Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        for name in [
            "$AdminPassword",
            "admin_password",
            "--password",
            "PWD",
            "dbPass",
            "ClientSecret",
            "pw",
            "password2",
        ] {
            assert_eq!(class(name), Some(Class::Password), "{name}");
        }
        for name in ["api_key", "X-Api-Key", "$cfg.AccessKey", "INSTALL_TOKEN", "token"] {
            assert_eq!(class(name), Some(Class::Key), "{name}");
        }
        for name in [
            "PasswordHash",
            "passwordField",
            "PublicKeyToken",
            "bypass",
            "key",
            "tokenType",
            "TokenUrl",
            "user",
            "",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }
}
