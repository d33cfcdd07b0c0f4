using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ModelScan.MetricsMock;

namespace ModelScan.Tests.Support;

/// <summary>The metrics mock on a free port of this machine, without latency unless asked for.</summary>
public sealed class RunningMock : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;

    private RunningMock(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = Patience };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static Task<RunningMock> StartAsync(params string[] arguments) => StartAsync(TimeProvider.System, arguments);

    public static async Task<RunningMock> StartAsync(TimeProvider time, params string[] arguments)
    {
        string[] common = ["--urls", "http://127.0.0.1:0", "--LatencyScale=0", "--Logging:LogLevel:Default=Warning", "--hostBuilder:reloadConfigOnChange=false"];
        var app = MetricsMockHost.Build([.. common, .. arguments], time);
        await app.StartAsync();
        return new RunningMock(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public async Task<MockAnswer> GetAsync(string path) => await MockAnswer.ReadAsync(await Client.GetAsync(path));

    public async Task<MockAnswer> PostAsync(string path, string json) => await MockAnswer.ReadAsync(await Client.PostAsync(path, Json(json)));

    public async Task<MockAnswer> PutAsync(string path, string json) => await MockAnswer.ReadAsync(await Client.PutAsync(path, Json(json)));

    /// <summary>Switches a failure on for a model; <paramref name="failure"/> is its JSON.</summary>
    public async Task FailAsync(string model, string failure) => (await PutAsync($"/models/{model}", $$"""{"failure": {{failure}}}""")).Response.EnsureSuccessStatusCode();

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}

/// <summary>An answer that has been read to its end.</summary>
public sealed record MockAnswer(HttpResponseMessage Response, string Text)
{
    public int Status => (int)Response.StatusCode;

    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The stream's events: their names (<c>message</c> where none is given) and data.</summary>
    public IReadOnlyList<SseItem<string>> Events => [.. SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(Text))).Enumerate()];

    /// <summary>The data of the events of one name that are JSON.</summary>
    public IReadOnlyList<JsonNode> EventData(string name = "message") =>
        [.. Events.Where(item => item.EventType == name && item.Data != "[DONE]").Select(item => JsonNode.Parse(item.Data)!)];

    public static async Task<MockAnswer> ReadAsync(HttpResponseMessage response) => new(response, await response.Content.ReadAsStringAsync());
}
