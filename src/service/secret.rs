//! Random tokens, and what of them is kept.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::Error;
use crate::domain::digest::Digest;

/// `N` bytes from the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// A secret of 256 bits, base64url without padding: 43 characters.
pub(super) fn token() -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A password that people can type: 20 letters and digits without look-alikes, 100 bits or more.
pub(super) fn password() -> Result<String, Error> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'x');
    Ok(random::<20>()?.into_iter().map(|byte| char::from(letter(byte))).collect())
}

/// What is kept of a token: its SHA-256. It has 256 random bits, so no slow hash is needed.
pub(super) fn hash(token: &str) -> String {
    Digest::from_bytes(&Sha256::digest(token.as_bytes()).into()).to_string()
}

/// What is kept of a password: argon2id (RFC 9106) in PHC form, 19 MiB, two passes.
pub(super) fn hash_password(password: &str) -> Result<String, Error> {
    let hash = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|error| Error::Internal(format!("argon2: {error}")))?;
    Ok(hash.to_string())
}

/// Whether it is the password that was hashed.
pub(super) fn verify_password(password: &str, kept: &str) -> bool {
    argon2::password_hash::phc::PasswordHash::new(kept)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_only() {
        let kept = hash_password("cồng chiêng").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(verify_password("cồng chiêng", &kept));
        assert!(!verify_password("cong chieng", &kept));
        assert!(!verify_password("", "no hash"));
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(token().unwrap(), token().unwrap());
        assert_eq!(token().unwrap().len(), 43);
        assert_eq!(password().unwrap().len(), 20);
    }
}
