using System.Text.Json.Nodes;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>request_log</c>.</summary>
internal static class RequestLogSchema
{
    public static JsonObject RequestLog() => Map(
        "The log of requests: what was asked, decided, answered and paid.",
        ("store", OneOf("sqlite: a file of this machine. postgres: a database that gateways share. none: nothing is kept.", "sqlite", "postgres", "none")),
        ("path", Text("The SQLite file, relative to this one.")),
        ("connection_string", Text("The PostgreSQL database: Host=…;Database=…;Username=…;Password=…, or postgres://user:password@host/database.")),
        ("retention", Map(
            "How long records are kept; the sooner of the two counts.",
            ("age", Duration("The oldest record; 30 days if left out.", exclusive: true)),
            ("size", Size("The largest log; 1GB if left out.", 16L << 20, 1L << 40)))),
        ("bodies", OneOf("Of which requests what was said is kept.", "none", "errors", "all")),
        ("body_limit", Size("How much of a body is kept.", 1 << 10, 16 << 20)),
        ("redact", Texts("Regular expressions of what is taken out before anything is written, beside keys, credentials, mail addresses and card numbers.")),
        ("decision_inputs", OneOf("Whether the prompts that decisions were made on are kept, so that they can be made again under another policy; with the embedded classifier's vectors of them that takes seconds for ten thousand.", "none", "text", "vectors")),
        ("admin_key", Text("What opens /admin/requests, sent as bearer token; without one it answers this machine alone."))).Where(
            If(Has("store", Among("postgres")), Has("connection_string")));
}
