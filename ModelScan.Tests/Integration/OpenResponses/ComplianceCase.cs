using System.Text.Json.Nodes;

namespace ModelScan.Tests.Integration.OpenResponses;

/// <summary>A case of Open Responses' acceptance suite, in words of our own: what is asked, and what has to come.</summary>
/// <param name="Id">The case's id there.</param>
/// <param name="What">What it is about.</param>
/// <param name="Run">Asks a model through a server, and says what is wrong with the answer.</param>
internal sealed record ComplianceCase(string Id, string What, Func<ResponsesServer, string, Task<List<string>>> Run)
{
    // One red pixel.
    private const string Image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    private const string Weather = """[{"type":"function","name":"get_weather","description":"Tells the weather of a place","parameters":{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]}}]""";

    public static IReadOnlyList<ComplianceCase> All { get; } =
    [
        new("basic-response", "a text, whole", (server, model) => CompletedAsync(server, model, Said("user", "Say hello in three words."))),
        new("assistant-phase", "earlier messages that name their phase", (server, model) => CompletedAsync(server, model, Said("assistant", "Let me look it up.", "commentary"), Said("assistant", "It is four.", "final_answer"), Said("user", "Only the number, please."))),
        new("system-prompt", "instructions as a message", (server, model) => CompletedAsync(server, model, Said("system", "Speak like a sailor."), Said("user", "Say hello."))),
        new("multi-turn", "a conversation of three turns", (server, model) => CompletedAsync(server, model, Said("user", "I am called Ada."), Said("assistant", "Hello Ada!"), Said("user", "What am I called?"))),
        new("image-input", "an image beside a text", (server, model) => CompletedAsync(server, model, Picture())),
        new("streaming-response", "a text in events", StreamedAsync),
        new("tool-calling", "a call of a function", CallAsync),
        new("tool-calling-streaming", "the same in events", StreamedCallAsync),
        new("compact-response", "a conversation made shorter", CompactAsync),
        new("compact-missing-model", "the same without a model is refused", CompactWithoutModelAsync),
        new("websocket-response", "a text on a WebSocket", (server, model) => TurnsAsync(server, Text(model, "Count to three."))),
        new("websocket-sequential-responses", "two turns on one connection", (server, model) => TurnsAsync(server, Unstored(model, "Say: first"), Unstored(model, "Say: second"))),
        new("websocket-continuation", "the second goes on from the first, of which nothing is stored", ContinuedAsync),
        new("websocket-generate-false", "a turn that only prepares the next one", PreparedAsync),
        new("websocket-reconnect-store-false-recovery", "on another connection nothing of it is known, and one begins anew", ReconnectedAsync),
        new("websocket-previous-response-not-found", "a response that nobody knows", UnknownAsync),
        new("websocket-failed-continuation-evicts-cache", "a turn that fails takes what it went on from with it", EvictedAsync),
        new("websocket-compact-new-chain", "a shortened conversation goes on", ShortenedAsync),
    ];

    private static JsonObject Said(string role, string text, string? phase = null)
    {
        var message = new JsonObject { ["type"] = "message", ["role"] = role, ["content"] = text };
        if (phase is not null)
            message["phase"] = phase;
        return message;
    }

    private static JsonObject Picture() => new()
    {
        ["type"] = "message",
        ["role"] = "user",
        ["content"] = new JsonArray(new JsonObject { ["type"] = "input_text", ["text"] = "What is this?" }, new JsonObject { ["type"] = "input_image", ["image_url"] = Image }),
    };

    private static JsonObject Text(string model, string text) => new() { ["model"] = model, ["input"] = new JsonArray(Said("user", text)) };

    private static JsonObject Unstored(string model, string text, string? previous = null)
    {
        var body = new JsonObject { ["model"] = model, ["store"] = false, ["input"] = text };
        if (previous is not null)
            body["previous_response_id"] = previous;
        return body;
    }

    private static JsonObject Forecast(string model)
    {
        var body = Text(model, "What is the weather like in Bremen?");
        body["tools"] = JsonNode.Parse(Weather);
        return body;
    }

    private static List<string> NotCompleted(JsonNode? response) => (string?)response?["status"] == "completed" ? [] : [$"the status is {response?["status"]?.ToJsonString() ?? "missing"}"];

    private static List<string> WithoutItem(JsonNode? response, string type) =>
        response?["output"] is JsonArray output && output.Any(item => (string?)item!["type"] == type) ? [] : [$"there is no item of type {type}"];

    private static string IdOf(JsonNode? response) => (string?)response?["id"] ?? throw new InvalidOperationException("the response has no id");

    private static async Task<List<string>> CompletedAsync(ResponsesServer server, string model, params JsonNode[] input)
    {
        var (response, problems) = await server.CreateAsync(new JsonObject { ["model"] = model, ["input"] = new JsonArray(input) });
        return [.. problems, .. NotCompleted(response), .. WithoutItem(response, "message")];
    }

    private static async Task<List<string>> StreamedAsync(ResponsesServer server, string model)
    {
        var (response, events, problems) = await server.StreamAsync(Text(model, "Count to five."));
        if (events.All(data => (string?)data["type"] != "response.output_text.delta"))
            problems.Add("no text came in pieces");
        return [.. problems, .. NotCompleted(response)];
    }

    private static async Task<List<string>> CallAsync(ResponsesServer server, string model)
    {
        var (response, problems) = await server.CreateAsync(Forecast(model));
        return [.. problems, .. WithoutItem(response, "function_call")];
    }

    private static async Task<List<string>> StreamedCallAsync(ResponsesServer server, string model)
    {
        var (_, events, problems) = await server.StreamAsync(Forecast(model));
        foreach (var type in (string[])["response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done"])
        {
            if (!events.Exists(data => (string?)data["type"] == type && (data["item"] is null || (string?)data["item"]!["type"] == "function_call")))
                problems.Add($"there is no {type} of the call");
        }

        return problems;
    }

    private static async Task<List<string>> CompactAsync(ResponsesServer server, string model)
    {
        var (status, json) = await server.PostAsync("/v1/responses/compact", new JsonObject
        {
            ["model"] = model,
            ["prompt_cache_key"] = "shorter",
            ["input"] = new JsonArray(Said("user", "We ship on Tuesday, and tell support before."), Said("assistant", "Tuesday, support first.")),
        });
        return status == 200 ? [.. Shapes.Problems("compaction", json), .. WithoutItem(json, "compaction")] : [$"HTTP {status}: {json?.ToJsonString()}"];
    }

    private static async Task<List<string>> CompactWithoutModelAsync(ResponsesServer server, string model)
    {
        var (status, _) = await server.PostAsync("/v1/responses/compact", new JsonObject { ["input"] = new JsonArray(Said("user", "Make this shorter.")) });
        return status is 400 or 422 ? [] : [$"HTTP {status}"];
    }

    private static async Task<List<string>> TurnsAsync(ResponsesServer server, params JsonObject[] turns)
    {
        await using var socket = await server.ConnectAsync();
        var problems = new List<string>();
        foreach (var turn in turns)
        {
            var (response, wrong) = await ResponsesServer.TurnAsync(socket, turn);
            problems.AddRange([.. wrong, .. NotCompleted(response)]);
        }

        return problems;
    }

    private static async Task<List<string>> ContinuedAsync(ResponsesServer server, string model)
    {
        await using var socket = await server.ConnectAsync();
        var (first, problems) = await ResponsesServer.TurnAsync(socket, Unstored(model, "The word is cobalt."));
        var (second, wrong) = await ResponsesServer.TurnAsync(socket, Unstored(model, "What is the word?", IdOf(first)));
        if ((string?)second?["previous_response_id"] is { } previous && previous != IdOf(first))
            problems.Add($"previous_response_id is {previous}");
        return [.. problems, .. wrong, .. NotCompleted(second)];
    }

    private static async Task<List<string>> PreparedAsync(ResponsesServer server, string model)
    {
        await using var socket = await server.ConnectAsync();
        var body = Unstored(model, "The word is cobalt.");
        body["generate"] = false;
        var (first, problems) = await ResponsesServer.TurnAsync(socket, body);
        var (second, wrong) = await ResponsesServer.TurnAsync(socket, Unstored(model, "What is the word?", IdOf(first)));
        return [.. problems, .. wrong, .. NotCompleted(second)];
    }

    private static async Task<List<string>> ReconnectedAsync(ResponsesServer server, string model)
    {
        JsonNode? first;
        List<string> problems;
        await using (var socket = await server.ConnectAsync())
            (first, problems) = await ResponsesServer.TurnAsync(socket, Unstored(model, "The word is copper."));
        await using var again = await server.ConnectAsync();
        var (code, wrong) = await ResponsesServer.FailingTurnAsync(again, Unstored(model, "And now?", IdOf(first)));
        if (code != "previous_response_not_found")
            problems.Add($"the error is {code}");
        var (recovered, more) = await ResponsesServer.TurnAsync(again, Text(model, "From the beginning, then."));
        return [.. problems, .. wrong, .. more, .. NotCompleted(recovered)];
    }

    private static async Task<List<string>> UnknownAsync(ResponsesServer server, string model)
    {
        await using var socket = await server.ConnectAsync();
        var (code, problems) = await ResponsesServer.FailingTurnAsync(socket, Unstored(model, "And now?", "resp_that_nobody_knows"));
        return code == "previous_response_not_found" ? problems : [.. problems, $"the error is {code}"];
    }

    private static async Task<List<string>> EvictedAsync(ResponsesServer server, string model)
    {
        await using var socket = await server.ConnectAsync();
        var (first, problems) = await ResponsesServer.TurnAsync(socket, Unstored(model, "The word is ember."));
        var orphan = Unstored(model, "", IdOf(first));
        orphan["input"] = new JsonArray(new JsonObject { ["type"] = "function_call_output", ["call_id"] = "call_that_nobody_made", ["output"] = "?" });
        var (_, failed) = await ResponsesServer.FailingTurnAsync(socket, orphan);
        problems.AddRange(failed);
        var (code, wrong) = await ResponsesServer.FailingTurnAsync(socket, Unstored(model, "And now?", IdOf(first)));
        return code == "previous_response_not_found" ? [.. problems, .. wrong] : [.. problems, .. wrong, $"the error is {code}"];
    }

    private static async Task<List<string>> ShortenedAsync(ResponsesServer server, string model)
    {
        var (status, shorter) = await server.PostAsync("/v1/responses/compact", new JsonObject { ["model"] = model, ["input"] = new JsonArray(Said("user", "The word is slate."), Said("assistant", "Fine."), Said("user", "Make this shorter.")) });
        if (status != 200)
            return [$"HTTP {status}: {shorter?.ToJsonString()}"];
        var next = Unstored(model, "");
        next["input"] = new JsonArray([.. shorter!["output"]!.AsArray().Select(item => item!.DeepClone()), Said("user", "Go on.")]);
        next["tools"] = new JsonArray();
        return await TurnsAsync(server, next);
    }
}
