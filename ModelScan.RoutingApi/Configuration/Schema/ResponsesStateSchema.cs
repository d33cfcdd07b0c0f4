using System.Text.Json.Nodes;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>responses_state</c>.</summary>
internal static class ResponsesStateSchema
{
    public static JsonObject State() => Map(
        "What is kept of the Responses API's conversations, so that any provider can answer the next turn.",
        ("store", OneOf("memory: in this process. sqlite: in a file. postgres: in a database that replicas share. none: nothing.", "memory", "sqlite", "postgres", "none")),
        ("path", Text("Of sqlite: the file.")),
        ("connection_string", Text("Of postgres: Host=…;Username=…;Password=…;Database=…, or a postgres:// URL.")),
        ("retention", Duration("How long a conversation is kept after its last turn; 30 days if left out.", min: 1)),
        ("max_responses", Whole("Most responses that are kept.", 1, 100_000_000)),
        ("max_size", Size("Most bytes that are kept.", 64 << 10, 1L << 40)),
        ("max_response_size", Size("Most bytes of one response and its new input; a larger one is not kept.", 1 << 10, 64L << 20)),
        ("timeout", Duration("For how long a request waits for the store.", exclusive: true))).Where(
            If(Has("store", Among("sqlite")), Has("path")),
            If(Has("store", Among("postgres")), Has("connection_string")));
}
