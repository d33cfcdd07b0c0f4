using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints.BugCases;

/// <summary>
/// A fault that users of gateways reported in public: a configuration, a request, the provider's answers, and checks of what comes of it.
/// </summary>
/// <remarks>
/// A check names a place and what has to stand there: <c>{"at": "sent.tools[*].name", "has": "f"}</c>. Places begin in <c>status</c>,
/// <c>answer</c> (the client's JSON), <c>text</c> (the client's whole body), <c>dropped</c> (x-modelscan-dropped), <c>requests</c> (how many reached
/// the provider), <c>path</c>, <c>sent</c> and <c>raw</c> (the last of them). A row with <c>then</c> goes on with a second request, in whose
/// texts <c>{answer.…}</c> stands for what the client got first.
/// </remarks>
internal sealed class BugCase
{
    private readonly JsonObject _row;

    private BugCase(JsonObject row) => _row = row;

    public static IReadOnlyList<BugCase> All { get; } =
        [.. JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Endpoints", "BugCases", "cases.json")))!.AsArray().Select(row => new BugCase(row!.AsObject()))];

    public string Id => _row["id"]!.GetValue<string>();

    /// <summary>Runs the case through the gateway, once for each model that it names.</summary>
    /// <returns>What is not as expected.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var problems = new List<string>();
        foreach (var model in _row["models"]?.AsArray().Select(model => model!.GetValue<string>()) ?? [""])
            problems.AddRange((await RunAsync(model)).Select(problem => $"{Id} {model}: {problem}"));
        return problems;
    }

    public override string ToString() => $"{Id}: {_row["what"]}";

    private async Task<List<string>> RunAsync(string model)
    {
        var seen = new List<(string Path, byte[] Body)>();
        await using var provider = RawUpstream.Start(request =>
        {
            var path = request.Head.Split(' ')[1];
            seen.Add((path, request.Body));
            return AnswerAsync(request, path);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(_row["config"]!.GetValue<string>().Replace("127.0.0.1:UPSTREAM", provider.Address.Authority, StringComparison.Ordinal));
        var outcome = await AskAsync(gateway, Body(_row, model), seen);
        var problems = Failed(_row, outcome).ToList();
        if (problems.Count > 0 || _row["then"] is not JsonObject then)
            return problems;
        var body = Regex.Replace(Body(then, model)!, "\\{(answer[^}\"]*)\\}", match => Select(outcome, match.Groups[1].Value).FirstOrDefault()?.ToString() ?? match.Value);
        return [.. Failed(then, await AskAsync(gateway, body, seen))];
    }

    private Task AnswerAsync(RawRequest request, string path)
    {
        var rows = _row["upstream"]?.AsArray() ?? [];
        var row = rows.FirstOrDefault(row => row!["path"] is null || path.StartsWith(row["path"]!.GetValue<string>(), StringComparison.Ordinal));
        if (row?["sse"] is JsonArray events)
            return SendAsync("text/event-stream", 200, string.Concat(events.Select(item => item!.GetValue<string>())));
        return SendAsync("application/json", row?["status"]?.GetValue<int>() ?? 200, row?["json"]?.ToJsonString() ?? "{}");

        Task SendAsync(string type, int status, string text) => request.SendAsync(
            $"HTTP/1.1 {status} X\r\ncontent-type: {type}\r\ncontent-length: {Encoding.UTF8.GetByteCount(text)}\r\n\r\n{text}");
    }

    private static string? Body(JsonObject row, string model)
    {
        if (row["raw"] is { } raw)
            return raw.GetValue<string>();
        if (row["body"]?.DeepClone() is not JsonObject body)
            return null;
        if (model.Length > 0)
            body["model"] = model;
        return body.ToJsonString();
    }

    private async Task<JsonObject> AskAsync(GatewayUnderTest gateway, string? body, List<(string Path, byte[] Body)> seen)
    {
        using var request = new HttpRequestMessage(new HttpMethod(_row["method"]!.GetValue<string>()), _row["path"]!.GetValue<string>());
        var headers = _row["headers"]?.AsObject() ?? [];
        if (body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            request.Content = new ByteArrayContent(headers.ContainsKey("content-encoding") ? Compressed(bytes) : bytes);
            request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
                request.Content?.Headers.TryAddWithoutValidation(name, value.GetValue<string>());
        }

        using var response = await gateway.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var sent = seen.Count > 0 ? Encoding.UTF8.GetString(seen[^1].Body) : "";
        return new JsonObject
        {
            ["status"] = (int)response.StatusCode,
            ["text"] = text,
            ["answer"] = Json(text),
            ["dropped"] = response.Headers.TryGetValues("x-modelscan-dropped", out var dropped) ? string.Join(", ", dropped) : "",
            ["requests"] = seen.Count,
            ["path"] = seen.Count > 0 ? seen[^1].Path : "",
            ["raw"] = sent,
            ["sent"] = Json(sent),
        };
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return text.Length > 0 ? JsonNode.Parse(text) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Failed(JsonObject row, JsonObject outcome)
    {
        foreach (var check in row["checks"]!.AsArray().Select(check => check!.AsObject()))
        {
            var found = Select(outcome, check["at"]!.GetValue<string>()).ToList();
            if (!Holds(check, found))
                yield return $"{check.ToJsonString()} but {string.Join(" | ", found.Select(Text))}\n{Text(outcome)}";
        }
    }

    private static bool Holds(JsonObject check, List<JsonNode?> found)
    {
        var text = found.Count > 0 ? Text(found[0]) : "";
        var (kind, wanted) = check.Single(member => member.Key != "at");
        return kind switch
        {
            "is" => found.Count == 1 && JsonNode.DeepEquals(found[0], wanted),
            "has" => found.Exists(node => JsonNode.DeepEquals(node, wanted)),
            "no" => !found.Exists(node => node is JsonValue value && value.TryGetValue<int>(out _)),
            "absent" => found.Count == 0,
            "count" => found is [JsonArray items] && items.Count == wanted!.GetValue<int>(),
            "contains" => text.Contains(wanted!.GetValue<string>(), StringComparison.Ordinal),
            "lacks" => text.Length > 0 && !text.Contains(wanted!.GetValue<string>(), StringComparison.Ordinal),
            "matches" => Regex.IsMatch(text, wanted!.GetValue<string>()),
            _ => throw new InvalidOperationException($"no check is called {kind}"),
        };
    }

    private static string Text(JsonNode? node)
    {
        try
        {
            return node?.ToString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "(half of a surrogate pair)";
        }
    }

    // a.b[0].c[*].d
    private static IEnumerable<JsonNode?> Select(JsonNode root, string path)
    {
        IEnumerable<JsonNode?> nodes = [root];
        foreach (Match step in Regex.Matches(path, "\\[(\\d+|\\*)\\]|[^.\\[\\]]+"))
        {
            nodes = nodes.SelectMany(node => Step(node, step.Value, step.Groups[1].Value)).ToList();
        }

        return nodes;
    }

    private static List<JsonNode?> Step(JsonNode? node, string name, string index)
    {
        if (node is JsonArray items)
            return index == "*" ? [.. items] : index.Length > 0 && int.Parse(index, null) < items.Count ? [items[int.Parse(index, null)]] : [];
        return node is JsonObject members && index.Length == 0 && members.TryGetPropertyValue(name, out var value) ? [value] : [];
    }
}
