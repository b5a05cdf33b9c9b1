use serde_json::{Map, Value};

use crate::api::{ACCOUNT, Api, Client, Reply};

#[tokio::test]
async fn the_document_is_served_to_everyone() {
    let api = Api::start().await;
    let reply = api.stranger().get("/openapi.json").await;
    assert_eq!(reply.body, payments::OPENAPI);
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_whether_publishable_keys_may_call_it() {
    let mut names = Vec::new();
    let mut publishable = Vec::new();
    for operation in operations() {
        names.push(operation.said["operationId"].as_str().unwrap().to_owned());
        if operation.said["x-keyway-publishable"].as_bool().unwrap() {
            publishable.push(names.last().unwrap().clone());
        }
    }
    assert_eq!(publishable, ["createToken", "getToken"]);
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[tokio::test]
async fn every_parameter_of_the_document_is_known_and_no_other_is() {
    let api = Api::start().await;
    let ids = seed(&api.live()).await;
    for operation in operations() {
        let path = operation.path(&ids);
        let least = operation.form();
        for name in operation.parameters() {
            let form = format!("{least}&{name}[q][r]=x");
            let error = operation.send(&api.live(), &path, &form).await.error();
            let unknown = format!("400 parameter_unknown {name}:");
            assert!(!error.starts_with(&unknown), "{} {path}: {error}", operation.method);
        }
        let form = format!("{least}&nonsense=x");
        let error = operation.send(&api.live(), &path, &form).await.error();
        let unknown = "400 parameter_unknown nonsense:";
        assert!(error.starts_with(unknown), "{} {path}: {error}", operation.method);
    }
}

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let api = Api::start().await;
    let ids = seed(&api.live()).await;
    let (deleting, others): (Vec<_>, Vec<_>) =
        operations().into_iter().partition(|operation| operation.method == "delete");
    for operation in others.iter().chain(&deleting) {
        let path = operation.path(&ids);
        operation.check("default", &operation.send(&api.live(), &path, "nonsense=x").await);
        operation.check("default", &operation.send(&api.stranger(), &path, "").await);
        let reply = operation.send(&api.live(), &path, operation.form()).await;
        assert_eq!(reply.status, "200 OK", "{} {path}: {reply}", operation.method);
        operation.check("200", &reply);
    }
    for deleted in deleting {
        let is_get =
            |other: &&Operation| other.method == "get" && other.template == deleted.template;
        let get = others.iter().find(is_get).unwrap();
        let reply = get.send(&api.live(), &get.path(&ids), "").await;
        get.check(if reply.status == "200 OK" { "200" } else { "default" }, &reply);
    }
}

#[test]
fn a_check_sees_what_is_wrong() {
    let schema = serde_json::json!({"$ref": "#/components/schemas/token"});
    let mut token = serde_json::json!({
        "id": "tok_1", "object": "token", "client_ip": null, "created": 1,
        "livemode": false, "type": "pii", "used": false,
    });
    assert_eq!(fault(&schema, &token, "token"), None);
    token["livemode"] = "no".into();
    assert_eq!(fault(&schema, &token, "token").as_deref(), Some("token.livemode: not boolean"));
    token["livemode"] = false.into();
    token["more"] = 1.into();
    assert_eq!(fault(&schema, &token, "token").as_deref(), Some("token.more: not documented"));
    token.as_object_mut().unwrap().remove("more");
    token.as_object_mut().unwrap().remove("used");
    assert_eq!(fault(&schema, &token, "token").as_deref(), Some("token.used: missing"));
    token["used"] = false.into();
    token["type"] = "card".into();
    assert_eq!(fault(&schema, &token, "token").as_deref(), Some("token.type: none of the words"));
}

/// An operation of the document.
struct Operation {
    method: String,
    template: String,
    said: Value,
}

fn document() -> Value {
    serde_json::from_str(payments::OPENAPI).unwrap()
}

fn operations() -> Vec<Operation> {
    let document = document();
    let mut operations = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, said) in item.as_object().unwrap() {
            let (method, template) = (method.clone(), template.clone());
            operations.push(Operation { method, template, said: said.clone() });
        }
    }
    operations
}

/// One object of each kind, by the place of its id in a path.
async fn seed(client: &Client) -> Vec<(&'static str, String)> {
    let full = "name=A&email=a@example.com&address[city]=B&metadata[k]=v\
        &shipping[name]=A&shipping[address][city]=B&preferred_locales[]=en";
    let product = "name=A&images[]=x&marketing_features[0][name]=F&package_dimensions[height]=1\
        &package_dimensions[length]=1&package_dimensions[weight]=1&package_dimensions[width]=1";
    vec![
        ("{account}", ACCOUNT.to_owned()),
        ("{customer}", client.post("/v1/customers", full).await.id()),
        ("{id}", client.post("/v1/products", product).await.id()),
        ("{token}", client.post("/v1/tokens", "pii[id_number]=1").await.id()),
    ]
}

impl Operation {
    fn path(&self, ids: &[(&str, String)]) -> String {
        ids.iter().fold(self.template.clone(), |path, (name, id)| path.replace(name, id))
    }

    /// The names of the parameters that go into the query or the body.
    fn parameters(&self) -> Vec<String> {
        let form = "application/x-www-form-urlencoded";
        let body = &self.said["requestBody"]["content"][form]["schema"]["properties"];
        let in_body = body.as_object().into_iter().flat_map(Map::keys).cloned();
        let all = self.said["parameters"].as_array().into_iter().flatten();
        let in_query = all.filter(|parameter| parameter["in"] == "query");
        in_query
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .chain(in_body)
            .collect()
    }

    /// The least that the operation needs.
    fn form(&self) -> &'static str {
        match self.said["operationId"].as_str().unwrap() {
            "createProduct" => "name=A",
            "createToken" => "pii[id_number]=1",
            _ => "",
        }
    }

    async fn send(&self, client: &Client, path: &str, form: &str) -> Reply {
        match self.method.as_str() {
            "post" => client.post(path, form).await,
            method => client.send(&method.to_uppercase(), &format!("{path}?{form}"), "").await,
        }
    }

    fn check(&self, status: &str, reply: &Reply) {
        let schema = &self.said["responses"][status]["content"]["application/json"]["schema"];
        let place = format!("{} {}", self.method, self.template);
        assert_eq!(fault(schema, &reply.json(), &place), None, "{reply}");
    }
}

/// What keeps a value from being what a schema says, for the keywords that the document uses. Any
/// other keyword is a fault, so that none is passed over.
fn fault(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: no schema"));
    schema.iter().find_map(|(keyword, said)| match keyword.as_str() {
        "description" => None,
        "$ref" => {
            let document = document();
            let target = document.pointer(said.as_str().unwrap().strip_prefix('#').unwrap());
            fault(target.unwrap_or_else(|| panic!("{said}")), value, at)
        }
        "anyOf" => {
            let mut faults = said.as_array().unwrap().iter().map(|other| fault(other, value, at));
            if faults.any(|fault| fault.is_none()) {
                None
            } else {
                Some(format!("{at}: none fits"))
            }
        }
        "type" => {
            let several = said.as_array().map(Vec::as_slice);
            let names = several.unwrap_or(std::slice::from_ref(said));
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            let fits = names.iter().any(|name| is_of_type(value, name));
            (!fits).then(|| format!("{at}: not {}", names.join(" or ")))
        }
        "enum" => {
            let fits = said.as_array().unwrap().contains(value);
            (!fits).then(|| format!("{at}: none of the words"))
        }
        "maxLength" => {
            let fits = value.as_str().is_none_or(|text| {
                text.chars().count() <= usize::try_from(said.as_u64().unwrap()).unwrap()
            });
            (!fits).then(|| format!("{at}: too long"))
        }
        "items" => value.as_array().into_iter().flatten().find_map(|item| fault(said, item, at)),
        "required" => said.as_array().unwrap().iter().find_map(|name| {
            let name = name.as_str().unwrap();
            value.get(name).is_none().then(|| format!("{at}.{name}: missing"))
        }),
        "properties" => said.as_object().unwrap().iter().find_map(|(name, schema)| {
            value.get(name).and_then(|inner| fault(schema, inner, &format!("{at}.{name}")))
        }),
        "additionalProperties" => {
            let known = schema.get("properties").and_then(Value::as_object);
            let is_known = |name: &String| known.is_some_and(|known| known.contains_key(name));
            let mut others = value.as_object().into_iter().flatten().filter(|(n, _)| !is_known(n));
            others.find_map(|(name, inner)| {
                let at = format!("{at}.{name}");
                if *said == false { Some(at + ": not documented") } else { fault(said, inner, &at) }
            })
        }
        other => Some(format!("{at}: the keyword {other} is not checked")),
    })
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type: {other}"),
    }
}
