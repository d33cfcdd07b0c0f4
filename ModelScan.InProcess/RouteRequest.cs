using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.InProcess;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">Its text; for parts (images, files), a JSON array in the form of OpenAI Chat Completions.</param>
public sealed record RouteMessage(string Role, JsonNode? Content)
{
    /// <summary>A message of text.</summary>
    public RouteMessage(string role, string text)
        : this(role, JsonValue.Create(text))
    {
    }

    /// <summary>Further members of the message, such as <c>tool_calls</c> or <c>tool_call_id</c>.</summary>
    public JsonObject? Additional { get; init; }
}

/// <summary>What a model is asked.</summary>
/// <param name="Messages">The conversation, at least one message.</param>
public sealed record RouteRequest(IReadOnlyList<RouteMessage> Messages)
{
    /// <summary>The model: a configured name, <c>provider/model</c>, a bare id or an alias; <see langword="null"/> to leave it to the router.</summary>
    public string? Model { get; init; }

    /// <summary>The provider that is to answer: with a <see cref="Model"/> that model there, without one its first configured model.</summary>
    public string? Provider { get; init; }

    /// <summary>Sampling temperature; <see langword="null"/> for the model's own, which 0 is not.</summary>
    public double? Temperature { get; init; }

    /// <summary>Most tokens of the answer; <see langword="null"/> for no limit of the client's.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Further members of a Chat Completions request: <c>tools</c>, <c>response_format</c>, <c>top_p</c>, ….</summary>
    public JsonObject? AdditionalParameters { get; init; }

    /// <summary>Names the session whose model is kept (<c>x-model-affinity</c>).</summary>
    public string? Session { get; init; }

    /// <summary>The request as a Chat Completions body.</summary>
    internal byte[] ToChat(string? model, bool stream)
    {
        var body = new JsonObject();
        if (model is not null)
            body["model"] = model;
        body["messages"] = new JsonArray([.. Messages.Select(ToJson)]);
        if (Temperature is { } temperature)
            body["temperature"] = temperature;
        if (MaxTokens is { } maxTokens)
            body["max_tokens"] = maxTokens;
        foreach (var (name, value) in AdditionalParameters ?? [])
            body[name] = value?.DeepClone();
        if (stream)
        {
            body["stream"] = true;
            body["stream_options"] ??= new JsonObject { ["include_usage"] = true };
        }
        else
        {
            body.Remove("stream");
        }

        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static JsonNode ToJson(RouteMessage message)
    {
        var json = new JsonObject { ["role"] = message.Role, ["content"] = message.Content?.DeepClone() };
        foreach (var (name, value) in message.Additional ?? [])
            json[name] = value?.DeepClone();
        return json;
    }
}
