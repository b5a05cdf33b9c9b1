//! What a person was shown once is not in the memory of the process afterwards: values of keys, the
//! secret of an authenticator app, and recovery codes.

use std::fs::File;
use std::os::unix::fs::FileExt;

use memchr::memmem;
use serde_json::json;
use totp_rs::Secret;

use crate::keyway::{Keyway, folder};
use crate::owner::Owner;

/// How much is read at a time.
const ROOM: usize = 1 << 20;

/// How often each of these parts is found in the memory of a process, as far as that is no file:
/// heap, stacks, and whatever else it has asked the system for.
fn found(keyway: &Keyway, parts: &[&[u8]]) -> Vec<usize> {
    let of = |file: &str| format!("/proc/{}/{file}", keyway.child.id());
    let memory = File::open(of("mem")).unwrap();
    let mut found = vec![0; parts.len()];
    let longest = parts.iter().map(|part| part.len()).max().unwrap();
    for line in std::fs::read_to_string(of("maps")).unwrap().lines() {
        let mut words = line.split_whitespace();
        let (range, rights, inode) = (words.next(), words.next(), words.nth(2));
        let is_special = ["[vvar", "[vsyscall]"].iter().any(|name| line.contains(name));
        if !rights.unwrap().starts_with('r') || inode != Some("0") || is_special {
            continue;
        }
        let (start, end) = range.unwrap().split_once('-').unwrap();
        let [mut start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut room = vec![0; ROOM];
        while start < end {
            // What was given back to the system meanwhile cannot be read any more.
            let Ok(read @ 1..) = memory.read_at(&mut room, start) else { break };
            let read = read.min(usize::try_from(end - start).unwrap());
            for (part, found) in parts.iter().zip(&mut found) {
                *found += usize::from(memmem::find(&room[..read], part).is_some());
            }
            // What lies across two pieces is seen in the next.
            let step = if read == ROOM { read - longest } else { read };
            start += u64::try_from(step).unwrap();
        }
    }
    found
}

#[test]
fn a_value_that_was_shown_once_is_nowhere_in_the_memory_of_the_process() {
    let folder = folder();
    let keyway = Keyway::dev_with(folder.path(), "info");
    let owner = Owner::sign_in(&keyway);
    let account = keyway.account("standalone")["id"].clone();
    let name = "A backend whose name is kept in view";
    let place = json!({"account": account, "mode": "live", "name": name});
    // Each answer has been read to the end of its connection, by which all of it has gone out.
    let made = owner.prove_and_do("/api/v1/keys", &place);
    let rotate = format!("/api/v1/keys/{}/rotate", made["id"].as_str().unwrap());
    let rotated = owner.prove_and_do(&rotate, &json!({"expires_at": "now"}));
    let twice = owner.prove_and_do_named("/api/v1/keys", &place, "a key made once");
    // Of an account that was opened meanwhile: what the small world began with stands in a file that was
    // read at the start.
    let opened = owner.do_at_once("POST", "/api/v1/accounts", &json!({"name": "Bakery"}));
    let list = format!("/api/v1/keys?account={}&mode=live", opened["id"].as_str().unwrap());
    let all = keyway.manage("GET", &list).bearer(owner.token()).send().json();
    let all = all["data"].as_array().unwrap();
    let born = all.iter().find(|key| key["reveal"] == "once" && key["type"] == "secret").unwrap();
    let reveal = format!("/api/v1/keys/{}/reveal", born["id"].as_str().unwrap());
    let revealed = owner.prove_and_do(&reveal, &json!({}));
    let shown = [&made, &rotated, &twice, &revealed];
    // The random part of a value, without what every key begins with.
    let mut parts: Vec<&[u8]> =
        shown.iter().map(|key| &key["secret"].as_str().unwrap().as_bytes()[8..24]).collect();
    parts.push(name.as_bytes());
    let found = found(&keyway, &parts);
    assert!(found[parts.len() - 1] > 0, "what is in the memory is found");
    assert_eq!(&found[..parts.len() - 1], [0, 0, 0, 0], "made, rotated, made by name, revealed");
}

#[test]
fn what_an_app_was_told_is_nowhere_in_the_memory_of_the_process() {
    let folder = folder();
    let keyway = Keyway::dev_with(folder.path(), "info");
    // Begins with an app, reads its secret and its picture, shows the first code of it, and reads the
    // recovery codes.
    let owner = Owner::sign_in(&keyway);
    let account = keyway.account("standalone")["id"].clone();
    let name = "A sandbox whose name is kept in view";
    let path = format!("/api/v1/accounts/{}/sandboxes", account.as_str().unwrap());
    owner.do_at_once("POST", &path, &json!({"name": name}));
    let (secret, picture) = (owner.told("secret"), owner.told("qr_svg"));
    let bytes = Secret::try_from_base32(secret).unwrap();
    // What is drawn in the middle, where no two pictures are the same.
    let drawn = &picture[picture.len() / 2..][..120];
    let mut parts: Vec<&[u8]> = vec![secret.as_bytes(), bytes.as_ref(), drawn.as_bytes()];
    let codes: Vec<_> = owner.unused_codes().into_iter().step_by(3).collect();
    let bare: Vec<_> = codes.iter().map(|code| code.replace('-', "")).collect();
    parts.extend(codes.iter().chain(&bare).map(String::as_bytes));
    parts.push(name.as_bytes());
    let found = found(&keyway, &parts);
    let (kept, rest) = found.split_last().unwrap();
    assert!(*kept > 0, "what is in the memory is found");
    // The secret in letters, in bytes and drawn; four of the ten codes, and these without dashes.
    assert_eq!(rest, [0; 11]);
}
