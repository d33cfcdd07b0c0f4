using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Configuration.Reading;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>guards</c>, <c>prompt_guards</c>, <c>filters</c> and <c>response_cache</c>.</summary>
internal static class GuardsSchema
{
    public static JsonObject Guards() => Map(
        "What may pass to models and back to clients.",
        ("input", List("What requests pass before anybody is asked, in order.", Guard(isInput: true))),
        ("output", List("What answers pass, in order.", Guard(isInput: false))),
        ("stream", OneOf<StreamGuarding>("How much of a streamed answer is held back for the guards of output. window: as many characters as window says. buffer: all of it. off: streams are not looked at.")),
        ("window", Whole("Characters that are held back; 128 if left out.", 16, 65536)));

    public static JsonObject PromptGuards() => Map(
        "Plano's spelling of a guard of type jailbreak.",
        ("input_guards", Map(
            "Guards of requests.",
            ("jailbreak", Map(
                "Attempts to talk the model out of its instructions are refused.",
                ("on_exception", Map("What follows.", ("message", Text("What the client is told.")))))))));

    public static JsonObject Filters() => List(
        "Programs that requests or answers go through, where a listener names them.",
        Map(
            "A filter.",
            ("id", RequiredText("Its id.")),
            ("url", Url("Its address.", required: true)),
            ("type", OneOf<FilterKind>("What it speaks; mcp if left out.")),
            ("transport", Text("How it is reached: over streamable HTTP in any case.")),
            ("tool", Text("Of mcp: the tool that filters; the one that is called like the filter if left out.")),
            ("timeout", Duration("How long it may take; 10 seconds if left out.", exclusive: true)),
            ("max_size", Size("Largest body that is sent to it or taken from it; 16MB if left out.", 1 << 10, 256L << 20)),
            ("on_error", OneOf<OnGuardError>("What follows where it fails. closed: the request is refused. open: it goes on as it is. Without: requests are refused, answers go on.")),
            ("stream", OneOf<StreamGuarding>("How it sees streamed answers. window: events as they come. buffer: whole. off: not at all."))).Requiring("id", "url"));

    public static JsonObject ResponseCache() => Map(
        "Answers that are given again to the same request. Without this section there is none.",
        ("enabled", Flag("Whether there is one; true if left out.")),
        ("requests", OneOf<CachedRequests>("Which requests. deterministic: those with a temperature of 0. all: every one.")),
        ("max_age", Duration("How old an answer becomes; an hour if left out.", min: 1)),
        ("max_size", Size("Most bytes of all answers; 64MB if left out.", 1 << 20, 64L << 30)),
        ("max_answer_size", Size("Most bytes of one answer; 1MB if left out.", 1 << 10, 64L << 20)));

    private static JsonObject Guard(bool isInput) => isInput ? Map("A guard.", [.. OfBoth(isInput), .. OfInput()]).Requiring("type") : Map("A guard.", OfBoth(isInput)).Requiring("type");

    private static (string, JsonObject)[] OfBoth(bool isInput) =>
    [
        ("type", RequiredOneOf("What it looks for.", GuardsReader.KindsOf(isInput))),
        ("name", Text("What answers and records call it; its type if left out.")),
        ("action", OneOf<GuardAction>("What it does. note: says so. redact: puts a placeholder there, which becomes what it stood for again in the answer. block: refuses.")),
        ("entities", Words("Of pii: which; all if left out.", ConfigNames<PiiEntity>.All)),
        ("patterns", Texts("Of deny: regular expressions without look-around and references back.")),
        ("max_characters", Whole("Of length: most characters of all texts together.", 1, 1 << 30)),
        ("message", Text("What a client is told whose request or answer is refused.")),
    ];

    private static (string, JsonObject)[] OfInput() =>
    [
        ("threshold", Number("Of jailbreak: the score from which on it is one; 0.5 if left out.", 0, 1)),
        ("endpoint", Url("Of jailbreak: who is asked instead of the gateway's heuristic.")),
        ("api_key", Text("Of jailbreak: sent to the endpoint as bearer token.")),
        ("timeout", Duration("Of jailbreak: how long the endpoint may take; 2 seconds if left out.", exclusive: true)),
        ("on_error", OneOf<OnGuardError>("Of jailbreak: what follows where the endpoint fails.")),
    ];
}
