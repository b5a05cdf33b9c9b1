//! What goes wrong is told in the language of the page.

use keys::{Realm, Role};

use super::{Browser, OURS, between, keys_path, new_key, owner, post, told};
use crate::people::account_id;
use crate::world::Answer;

const ITALIAN: &str = "Accept-Language: it-IT,it;q=0.9";

impl Browser<'_> {
    /// Sends a form from a page in Italian.
    fn post_in_italian(&self, path: &str, pairs: &str) -> Answer {
        let body = format!("csrf={}&{pairs}", self.csrf);
        self.post_saying(path, &body, &format!("{OURS}\r\n{ITALIAN}"))
    }
}

#[test]
fn what_is_wrong_with_a_form_in_italian_is_told_in_italian() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    let of = |path: &str, pairs: &str| told(&ada.post_in_italian(path, pairs));
    insta::assert_snapshot!(of(&format!("{list}/create-secret"), "name="), @"400 Crea chiave segreta Un nome ha da 1 a 200 caratteri, senza caratteri di controllo.");
    insta::assert_snapshot!(of(&format!("{list}/create"), "name=Shop&own.customer=fly"), @"400 Crea chiave limitata «customer_fly» non è un permesso: se ne scrive uno come customer_read o charge_write.");
    insta::assert_snapshot!(of(&format!("{key}/rotate"), "ending=own&at=2027-01-01T00%3A00"), @"400 Ruota chiave La vecchia chiave può valere ancora per 7 giorni al massimo.");
    let live = keys_path(&account, "live");
    let create = format!("{live}/create-secret");
    insta::assert_snapshot!(of(&create, "name=Shop"), @"200 Sei ancora tu?");
    insta::assert_snapshot!(of(&create, "name=Shop&code=x"), @"403 Sei ancora tu? Un codice di verifica ha sei cifre.");
    let sandboxes = live.replace("apikeys", "settings/sandboxes/create");
    for name in ["A", "B", "C", "D", "E"] {
        assert_eq!(ada.post(&sandboxes, &format!("name={name}")).status(), 303);
    }
    insta::assert_snapshot!(of(&sandboxes, "name=F"), @"400 Crea sandbox Oltre alla prima, un account ha al massimo 5 sandbox.");
    let restrict = ada.post_in_italian(&format!("{key}/restrict"), "address=100.10.38.7%2F24");
    assert!(
        restrict.body.contains("«100.10.38.7/24» non è l’inizio dell’intervallo"),
        "{restrict:?}"
    );
}

#[test]
fn whoever_may_not_do_something_is_told_in_italian() {
    let (people, account) = owner();
    people.member("ana", Realm::Account(account_id(&account)), Role::Analyst);
    let ana = Browser::sign_in(&people.world, "ana@example.com");
    let sandboxes = keys_path(&account, "live").replace("apikeys", "settings/sandboxes/create");
    insta::assert_snapshot!(told(&ana.post_in_italian(&sandboxes, "name=Mine")), @"403 Crea sandbox Il tuo ruolo non lo permette. Chiedi a un proprietario o a un amministratore.");
}

#[test]
fn what_is_in_place_of_a_page_is_in_its_readers_language() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let nowhere = people.world.ask("GET /nowhere", &["Accept: text/html", ITALIAN]);
    insta::assert_snapshot!(told(&nowhere), @"404 Pagina non trovata");
    let lost = people.world.ask("GET /acct_x/live/apikeys", &[&ada.cookie, ITALIAN]);
    insta::assert_snapshot!(told(&lost), @"404 Pagina non trovata");
    let create = format!("{}/create-secret", keys_path(&account, "live"));
    let foreign = format!("Sec-Fetch-Site: cross-site\r\n{ITALIAN}");
    insta::assert_snapshot!(told(&ada.post_saying(&create, "name=Shop", &foreign)), @"403 Il modulo non è stato inviato");
    let chosen = format!("{}; __Host-keyway-language=it", ada.cookie);
    let again = people.world.ask("GET /acct_x/live/apikeys", &[&chosen]);
    assert_eq!(told(&again), told(&lost), "or in the one that they chose");
}

#[test]
fn a_stranger_is_told_in_italian() {
    let (people, _account) = owner();
    let of = |path: &str, body: &str| told(&post(&people.world, path, body, &[OURS, ITALIAN]));
    let wrong = "email=ada%40example.com&password=another+password";
    insta::assert_snapshot!(of("/signin", wrong), @"401 Accedi a Keyway L’email o la password è errata, o l’indirizzo non è ancora stato confermato.");
    let chosen = "token=x&password=a+long+password";
    insta::assert_snapshot!(of("/confirm", chosen), @"400 Scegli la tua password Questo link non vale più: richiedine uno nuovo.");
}

#[test]
fn a_store_that_does_not_answer_is_told_as_such_and_never_as_a_missing_page() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    people.world.block_on(people.world.store.close());
    let path = keys_path(&account, "live");
    let answer = people.world.ask(&format!("GET {path}"), &[&ada.cookie, ITALIAN]);
    insta::assert_snapshot!(told(&answer), @"503 Non ha funzionato");
    insta::assert_snapshot!(between(&answer.body, "</h1>\n<p>", "</p>"), @"Il database non risponde. Nulla è stato modificato: riprova tra poco.");
    assert_eq!(answer.header("retry-after"), Some("1"));
}
