using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Endpoints.Sockets;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.OpenResponses;

/// <summary>A gateway in a process of its own, its providers played by the mock, seen through the Responses API; collects what is wrong with what it says.</summary>
public sealed class ResponsesServer : IAsyncLifetime
{
    private RunningMock? _mock;
    private GatewayProcess? _gateway;

    private HttpClient Client => _gateway!.Client;

    public async Task InitializeAsync()
    {
        _mock = await RunningMock.StartAsync([.. OpenResponsesTests.Providers.SelectMany((provider, i) => (string[])[$"--Models:{i}:Name={provider.Model}", $"--Models:{i}:LatencySeconds=0"])]);
        _gateway = await GatewayProcess.StartAsync(
            TestConfig.Direct
                .Model("openai/gpt-5.5", key: null)
                .Model("groq/llama-3.3-70b", key: null, more: "capabilities: { in: [text, image] }")
                .Model("anthropic/claude-sonnet-4-5", key: null)
                .Yaml("request_log: { store: none }"),
            ("MockProviders", _mock.Address.ToString()), ("OPENAI_API_KEY", ""), ("GROQ_API_KEY", ""), ("ANTHROPIC_API_KEY", ""));
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_mock is not null)
            await _mock.DisposeAsync();
    }

    /// <summary>A response that has to be there whole and completed.</summary>
    public async Task<(JsonNode? Response, List<string> Problems)> CreateAsync(JsonObject body)
    {
        body["stream"] = false;
        var (status, json) = await PostAsync("/v1/responses", body);
        return status == 200 ? (json, Shapes.Problems("response", json)) : (json, [$"HTTP {status}: {json?.ToJsonString()}"]);
    }

    /// <summary>A request whose answer is looked at by whoever asks.</summary>
    public async Task<(int Status, JsonNode? Json)> PostAsync(string path, JsonObject body)
    {
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>A streamed response: its last one, its events, and what is wrong with them.</summary>
    public async Task<(JsonNode? Response, List<JsonObject> Events, List<string> Problems)> StreamAsync(JsonObject body)
    {
        body["stream"] = true;
        using var response = await Client.PostAsync(new Uri("/v1/responses", UriKind.Relative), new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode != 200)
            return (null, [], [$"HTTP {(int)response.StatusCode}: {text}"]);
        var problems = new List<string>();
        var events = new List<JsonObject>();
        foreach (var item in SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(text))).Enumerate().Where(item => item.Data != "[DONE]"))
        {
            var data = JsonNode.Parse(item.Data)!.AsObject();
            if (item.EventType != (string?)data["type"])
                problems.Add($"the event {item.EventType} is of type {data["type"]}");
            events.Add(data);
        }

        return (LastOf(events, problems), events, problems);
    }

    /// <summary>A connection, on which turns follow one another.</summary>
    internal Task<SocketClient> ConnectAsync() => SocketClient.OpenAsync(Client.BaseAddress!);

    /// <summary>A turn on a connection that has to be answered.</summary>
    internal static async Task<(JsonNode? Response, List<string> Problems)> TurnAsync(SocketClient socket, JsonObject body)
    {
        var events = await AskAsync(socket, body);
        var problems = new List<string>();
        return (LastOf(events, problems), problems);
    }

    /// <summary>A turn that has to fail; the code of its error.</summary>
    internal static async Task<(string? Code, List<string> Problems)> FailingTurnAsync(SocketClient socket, JsonObject body)
    {
        var last = (await AskAsync(socket, body))[^1];
        if ((string?)last["type"] == "error")
            return ((string?)last["error"]?["code"], Shapes.Problems("socket_error", last));
        return ((string?)last["response"]?["error"]?["code"], (string?)last["response"]?["status"] == "failed" ? [] : [$"the turn ended with {last["type"]}"]);
    }

    private static Task<List<JsonObject>> AskAsync(SocketClient socket, JsonObject body)
    {
        body["type"] = "response.create";
        return socket.AskAsync(body.ToJsonString());
    }

    private static JsonNode? LastOf(List<JsonObject> events, List<string> problems)
    {
        for (var i = 0; i < events.Count; i++)
        {
            problems.AddRange(Shapes.Problems("event", events[i]).Select(problem => $"{events[i]["type"]}: {problem}"));
            if ((int?)events[i]["sequence_number"] != i)
                problems.Add($"the sequence number of event {i} is {events[i]["sequence_number"]}");
        }

        var last = events.LastOrDefault()?["response"];
        if (last is null)
            problems.Add("the stream does not end with a response");
        else
            problems.AddRange(Shapes.Problems("response", last));
        return last;
    }
}
