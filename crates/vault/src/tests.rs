use super::*;
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicU8, Ordering},
};
use tempfile::TempDir;

/// Other bytes at each call.
struct Counter(AtomicU8);

impl Random for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        bytes.fill(number);
    }
}

fn random() -> Arc<dyn Random> {
    Arc::new(Counter(AtomicU8::new(1)))
}

fn place(id: &str) -> SecretPlace {
    SecretPlace::new("sources", id, "password")
}

fn in_file(folder: &TempDir, random: &Arc<dyn Random>) -> SealedVault {
    let keys = Keys::file_or_new(&folder.path().join("tandem.key"), &**random).unwrap();
    SealedVault::new(keys, random.clone())
}

#[test]
fn what_is_sealed_opens_at_its_place_only() {
    let folder = TempDir::new().unwrap();
    let vault = in_file(&folder, &random());
    let sealed = vault.seal(&place("1"), "walnut lantern").unwrap();
    assert!(!sealed.contains("walnut"));
    assert_ne!(sealed, vault.seal(&place("1"), "walnut lantern").unwrap());
    assert_eq!(vault.open(&place("1"), &sealed).unwrap(), "walnut lantern");
    let elsewhere = [
        place("2"),
        SecretPlace::new("sources", "1", "passcode"),
        SecretPlace::new("source", "s1", "password"),
    ];
    for other in elsewhere {
        assert_eq!(vault.open(&other, &sealed), Err(VaultError::Tampered), "{other:?}");
    }
}

#[test]
fn what_was_changed_does_not_open() {
    let folder = TempDir::new().unwrap();
    let vault = in_file(&folder, &random());
    let sealed = vault.seal(&place("1"), "x").unwrap();
    let mut flipped = sealed.clone().into_bytes();
    let last = flipped.len() - 3;
    flipped[last] = if flipped[last] == b'A' { b'B' } else { b'A' };
    for wrong in [
        String::from_utf8(flipped).unwrap(),
        sealed[..sealed.len() - 8].to_owned(),
        "v1.x".into(),
        String::new(),
    ] {
        assert_eq!(vault.open(&place("1"), &wrong), Err(VaultError::Tampered), "{wrong}");
    }
    let unknown = sealed.replacen(sealed.split('.').nth(1).unwrap(), "deadbeef", 1);
    assert_eq!(vault.open(&place("1"), &unknown), Err(VaultError::UnknownKey("deadbeef".into())));
}

#[test]
fn the_key_file_is_made_once_and_for_its_owner_alone() {
    let folder = TempDir::new().unwrap();
    let random = random();
    let sealed = in_file(&folder, &random).seal(&place("1"), "x").unwrap();
    let file = folder.path().join("tandem.key");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(in_file(&folder, &random).open(&place("1"), &sealed).unwrap(), "x");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(Keys::file(&file).err().unwrap().to_string().contains("chmod 600"));
}

#[test]
fn a_new_key_is_taken_up_by_a_process_that_runs() {
    let folder = TempDir::new().unwrap();
    let random = random();
    let (running, rotating) = (in_file(&folder, &random), in_file(&folder, &random));
    let old = running.seal(&place("1"), "x").unwrap();
    assert!(rotating.renew().unwrap());
    assert!(!rotating.is_current(&old));
    let anew = rotating.seal(&place("1"), &rotating.open(&place("1"), &old).unwrap()).unwrap();
    assert_eq!(running.open(&place("1"), &anew).unwrap(), "x");
    assert!(running.is_current(&running.seal(&place("1"), "y").unwrap()));
    // The key before stays, the one before that goes.
    rotating.retire().unwrap();
    assert_eq!(running.open(&place("1"), &old).unwrap(), "x");
    rotating.renew().unwrap();
    rotating.retire().unwrap();
    assert_eq!(in_file(&folder, &random).open(&place("1"), &anew).unwrap(), "x");
    assert!(matches!(in_file(&folder, &random).open(&place("1"), &old), Err(VaultError::UnknownKey(_))));
}

#[test]
fn configured_keys_rotate_by_hand() {
    let (new, old) = (STANDARD_KEYS[0], STANDARD_KEYS[1]);
    let before = SealedVault::new(Keys::configured(old).unwrap(), random());
    let sealed = before.seal(&place("1"), "x").unwrap();
    let after = SealedVault::new(Keys::configured(&format!("{new}, {old}")).unwrap(), random());
    assert_eq!(after.open(&place("1"), &sealed).unwrap(), "x");
    assert!(!after.renew().unwrap() && !after.is_current(&sealed));
    for wrong in ["", "secret", "AAAA"] {
        assert!(Keys::configured(wrong).err().unwrap().to_string().contains("security.key"), "{wrong}");
    }
}

const STANDARD_KEYS: [&str; 2] =
    ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"];

#[test]
fn without_a_key_nothing_is_sealed() {
    let vault = SealedVault::new(Keys::none(), random());
    let refusal = vault.seal(&place("1"), "x").unwrap_err();
    assert!(refusal == VaultError::NoKey && refusal.to_string().contains("security.key_file"));
    assert_eq!(vault.renew(), Err(VaultError::NoKey));
}
