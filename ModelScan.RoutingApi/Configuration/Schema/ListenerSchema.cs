using System.Text.Json.Nodes;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>listeners</c>, as a list and in the older form.</summary>
internal static class ListenerSchema
{
    private const string IpAddressOrLocalhost = @"^([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%a-z]*|.*[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt])?$|\$";

    public static JsonObject Listeners() => new()
    {
        ["description"] = "Where the gateway listens, unless --urls or the environment say so: the entry of type model. Without one, at 127.0.0.1:12000.",
        ["anyOf"] = new JsonArray(List("One entry per listener.", Listener()), Legacy()),
    };

    private static JsonObject Listener() => Map(
        "A listener.",
        ("type", RequiredOneOf("model: for clients of models. Plano's prompt and agent listeners are accepted and not served.", "model", "prompt", "agent")),
        ("name", RequiredText("A name for it.")),
        ("address", Address()),
        ("port", Port()),
        ("timeout", Timeout()),
        ("router", OneOf(PlanoSchema.Reason("listeners.router"), "plano_orchestrator_v1")),
        ("max_retries", PlanoSchema.Unenforced("listeners.max_retries")),
        ("input_filters", Texts("Filters that requests go through, in order, by their ids.")),
        ("output_filters", Texts("Filters that answers go through, in order, by their ids.")),
        ("agents", List(
            PlanoSchema.Reason("listeners.agents"),
            Map(
                "An agent.",
                ("id", RequiredText("Its id.")),
                ("description", RequiredText("When it is meant.")),
                ("default", Flag("Whether it is meant when no other is.")),
                ("input_filters", Texts(PlanoSchema.Reason("listeners.agents.input_filters")))).Requiring("id", "description")))).Requiring("type", "name");

    private static JsonObject Legacy()
    {
        var legacy = Map(
            "The form before v0.3.0.",
            ("ingress_traffic", Traffic(PlanoSchema.Reason("listeners.ingress_traffic"))),
            ("egress_traffic", Traffic("The listener for clients of models.")));
        legacy["type"] = "object";
        return legacy;
    }

    private static JsonObject Traffic(string description) => Map(
        description,
        ("address", Address()),
        ("port", Port()),
        ("timeout", Timeout()),
        ("message_format", OneOf("Every format is served.", "openai")));

    private static JsonObject Address() => new()
    {
        ["description"] = "IP address to listen on: 0.0.0.0 for every one of this machine. Without it, the gateway is reached from this machine alone.",
        ["type"] = new JsonArray("string", "null"),
        ["pattern"] = IpAddressOrLocalhost,
    };

    private static JsonObject Port() => Whole("Port to listen on; 12000 if left out.", 1, 65535);

    private static JsonObject Timeout() => Duration("Limit for one request, all attempts together.", exclusive: true);
}
