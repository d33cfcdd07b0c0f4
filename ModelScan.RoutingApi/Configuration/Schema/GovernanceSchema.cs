using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Configuration.Reading;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>governance</c>.</summary>
internal static class GovernanceSchema
{
    public static JsonObject Governance() => Map(
        "Who may use the gateway, for what, and how much of it.",
        ("anonymous", OneOf<AnonymousAccess>("Who may ask without a key. loopback: clients of this machine, which is so while there are no keys. allow: whoever reaches the port. refuse: nobody, which is so once there are keys.")),
        ("admin_key", Text("What opens /admin, sent as bearer token. Without one it answers this machine alone.")),
        ("metrics", OneOf("Whether /metrics needs the admin key, too.", "open", "admin")),
        ("keys_file", Text("The file that 'modelscan key' and /admin/keys write, relative to this one.")),
        ("limits", List("Limits and budgets. One that keys name is for those keys, one that none names is for everybody.", Limit().Requiring("id", "kind", "amount"))),
        ("store", OneOf<LimitStoreKind>("Where it is counted what has been used. memory: each gateway counts for itself. redis: gateways share every limit.")),
        ("redis", Text("The Redis server: redis://[user:password@]host[:port][/database], rediss:// for TLS; that of routing.session_cache if left out.")),
        ("on_store_failure", OneOf<StoreFailure>("While Redis does not answer: local: each gateway counts for itself, up to its share of what is left. open: nothing is refused. closed: what a limit concerns is refused.")),
        ("store_timeout", Duration("How long Redis may take to answer; 100ms if left out.", 0.005)),
        ("lease", Duration("How long what a gateway set aside stays so when it is gone; 90s if left out. Requests that run longer renew it.", 2)),
        ("unknown_price", OneOf("Whether models without a price may be asked where a budget counts.", "refuse", "allow")),
        ("budget_status", new JsonObject { ["description"] = "The status of a request that no budget covers; 429 if left out.", ["enum"] = new JsonArray(429, 402, "429", "402", null) }),
        ("keys", List("The gateway's keys.", Key().Requiring("id", "hash"))));

    private static JsonObject Key() => Map(
        "A key, as 'modelscan key new' prints it.",
        ("id", RequiredText("Names it in answers, logs, metrics and limits.", "^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")),
        ("hash", RequiredText("SHA-256 of the secret.", "^sha256:[0-9a-fA-F]{64}$")),
        ("models", Texts("The models that it opens: provider/model, provider/*, route:NAME; all if left out.")),
        ("tags", TextMap("Its labels, such as team: search.")),
        ("limits", Texts("Limits that are this key's, by their ids.")),
        ("expires", Text("When it ends: 2027-01-31, or 2027-01-31T12:00:00Z.")),
        ("disabled", Flag("Whether it opens nothing.")));

    private static JsonObject Limit() => Map(
        "A limit or budget.",
        ("id", RequiredText("Names it in answers, logs and metrics.", "^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")),
        ("kind", RequiredOneOf("What it counts: USD, tokens, requests, or requests at the same time.", ConfigNames<LimitKind>.All)),
        ("amount", Number("How much of it.", 0, LimitReader.MostAmount)),
        ("window", Text("In which time: second, minute, hour, day, week, month, or rolling and a duration (rolling 5h). Not for kind parallel.")),
        ("timezone", Text("The time zone by which days, weeks and months go, such as Europe/Berlin; UTC if left out.")),
        ("per", Text("Whose use is counted together: all, key, tag.NAME, header:NAME, model or provider; all if left out.")),
        ("mode", OneOf<LimitMode>("hard: set aside before a request is sent. soft: counted afterwards. shadow: told, never refused.")),
        ("on_exceeded", new JsonObject
        {
            ["description"] = "reject: the request is refused. route_cheaper: candidates that do not fit are left out. fallback: other models are asked.",
            ["anyOf"] = new JsonArray(
                OneOf("What happens.", "reject", "route_cheaper"),
                Given(Map("Other models.", ("fallback", Texts("The models."))).Requiring("fallback"))),
        }),
        ("warn_at", Texts("At which percentages it is told of.")),
        ("cost", Text("How tokens are weighted, such as input + cache_write + 0.1*cache_read + 5*output; every token counts as one if left out.")),
        ("models", Texts("Models that it is for: provider/model, provider/*; all if left out.")),
        ("headers", TextMap("Headers that a request must have for it, with these values.")),
        ("tags", TextMap("Tags that a key must have for it, with these values.")));

    private static JsonObject Given(JsonObject map)
    {
        map["type"] = "object";
        return map;
    }
}
