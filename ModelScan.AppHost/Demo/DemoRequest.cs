using System.Text.Json.Nodes;

namespace ModelScan.AppHost.Demo;

/// <summary>A request of the demo's.</summary>
/// <param name="Path">Where it goes; the path says in which format.</param>
/// <param name="Body">JSON.</param>
internal sealed record DemoRequest(string Path, string Body)
{
    private const string Chat = "/v1/chat/completions";

    /// <summary>The session that it belongs to; <see langword="null"/> for none.</summary>
    public string? Session { get; init; }

    /// <summary>Who sends it.</summary>
    public string Client { get; init; } = "demo";

    /// <summary>The model that fails before it, once; <see langword="null"/> for none.</summary>
    public string? Failing { get; init; }

    /// <summary>The five requests with which people first try the gateway: two routes, one that has none, and the other two formats.</summary>
    public static IReadOnlyList<DemoRequest> First { get; } =
    [
        Of("Write a Python function that implements binary search"),
        Of("Explain the trade-offs between microservices and monolithic architectures"),
        Of("What is the capital of France?"),
        new("/v1/messages", """{"model": "gpt-4o-mini", "max_tokens": 1024, "messages": [{"role": "user", "content": "Create a REST API endpoint in Rust using actix-web that handles user registration"}]}""") { Client = "Anthropic/Python 0.70" },
        new("/v1/responses", """{"model": "gpt-4o-mini", "input": "Build a React component that renders a sortable data table"}"""),
    ];

    /// <summary>What comes after them, over and over: streams, a conversation, a provider that is busy, a model that is not there.</summary>
    public static IReadOnlyList<DemoRequest> Later { get; } =
    [
        Of("Write a Go program that merges two sorted files", stream: true),
        Of("Why do interest rates move house prices? Walk me through the causes step by step", stream: true),
        Turn("Implement an LRU cache in C#"),
        Of("Translate 'good morning' into Italian", model: "openai/gpt-4o"),
        Turn("Implement an LRU cache in C#", "Now make it safe for several threads"),
        Of("Write a unit test for a function that parses dates") with { Failing = "anthropic/claude-sonnet-4-20250514" },
        Of("Compare three ways to store time series and say when each is right"),
        Turn("Implement an LRU cache in C#", "Now make it safe for several threads", "And add an expiry for each entry"),
        Of("Hello there", model: "openai/gpt-99"),
        Of("Generate a TypeScript client for a paginated REST API", stream: true, model: "openai/gpt-4o"),
        Of("What time is it in Tokyo when it is noon in Lisbon?"),
    ];

    private static DemoRequest Of(string prompt, bool stream = false, string model = "gpt-4o-mini") =>
        new(Chat, Json(model, stream, prompt)) { Client = stream ? "OpenAI/Python 2.8.0" : "demo" };

    private static DemoRequest Turn(params string[] prompts) =>
        new(Chat, Json("gpt-4o-mini", stream: true, prompts)) { Session = "lru-cache", Client = "claude-cli/2.0.55" };

    // The whole conversation each time, as clients of this format send it.
    private static string Json(string model, bool stream, params string[] prompts)
    {
        var messages = new JsonArray();
        for (var i = 0; i < prompts.Length; i++)
        {
            if (i > 0)
            {
                messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = "Here it is." });
            }

            messages.Add(new JsonObject { ["role"] = "user", ["content"] = prompts[i] });
        }

        var body = new JsonObject { ["model"] = model, ["stream"] = stream, ["messages"] = messages };
        if (stream)
        {
            // As agents do: without it a provider does not say how many tokens a stream came to, and nobody knows what it cost.
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return body.ToJsonString();
    }
}
