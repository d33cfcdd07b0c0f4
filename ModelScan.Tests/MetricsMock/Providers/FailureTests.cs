using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class FailureTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Responses = "/v1/responses";

    [Theory]
    [InlineData(Chat, "rate_limit", 429, "requests")]
    [InlineData(Messages, "rate_limit", 429, "rate_limit_error")]
    [InlineData(Responses, "rate_limit", 429, "requests")]
    [InlineData(Chat, "server_error", 500, "server_error")]
    [InlineData(Messages, "server_error", 500, "api_error")]
    [InlineData(Responses, "server_error", 500, "server_error")]
    [InlineData(Chat, "overloaded", 503, "server_error")]
    [InlineData(Messages, "overloaded", 529, "overloaded_error")]
    [InlineData(Responses, "overloaded", 503, "server_error")]
    public async Task Failure_WithStatus_AnswersInTheDialect(string path, string kind, int status, string type)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", $$"""{"kind": "{{kind}}", "retry_after_seconds": 7}""");

        var answer = await mock.PostAsync(path, Request(stream: true));

        Assert.Equal(status, answer.Status);
        Assert.Equal(type, answer.Json["error"]!["type"]!.GetValue<string>());
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Failure_OtherStatus_IsUsed()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "server_error", "status": 502}""");

        Assert.Equal(502, (await mock.PostAsync(Chat, Request())).Status);
    }

    [Fact]
    public async Task Failure_Times_EndsAfterThem()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "server_error", "times": 2}""");

        var statuses = new List<int>();
        for (var count = 0; count < 3; count++)
            statuses.Add((await mock.PostAsync(Chat, Request())).Status);

        Assert.Equal([500, 500, 200], statuses);
        Assert.Equal("[null,null,null]", new JsonArray([.. (await mock.GetAsync("/models")).Json.AsArray().Select(model => model!["failure"]?.DeepClone())]).ToJsonString());
    }

    [Fact]
    public async Task Failure_OfOneModel_LeavesOthersAlone()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o-mini", """{"kind": "server_error"}""");

        Assert.Equal(200, (await mock.PostAsync(Chat, Request())).Status);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public async Task CutStream_Stream_BreaksAfterItsEvents(string path)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "cut_stream", "after_chunks": 3}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Request(stream: true)) };

        using var response = await mock.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var events = 0;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
                events += line.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        });

        Assert.Equal(3, events);
    }

    [Fact]
    public async Task CutStream_WholeAnswer_BreaksInTheMiddle()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "cut_stream"}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => mock.PostAsync(Chat, Request()));

        await Eventually.TrueAsync(async () => await LastEnd(mock) is { Status: not null }, "the journal to note the end");
        Assert.False((await LastEnd(mock)).ClientLeft);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Messages)]
    [InlineData(Responses)]
    public async Task BadJson_WholeAnswer_IsNotJson(string path)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "bad_json"}""");

        var answer = await mock.PostAsync(path, Request());

        Assert.Equal(200, answer.Status);
        Assert.ThrowsAny<JsonException>(() => answer.Json);
    }

    [Fact]
    public async Task BadJson_Stream_EndsWithABrokenEvent()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "bad_json", "after_chunks": 2}""");

        var answer = await mock.PostAsync(Chat, Request(stream: true));

        Assert.Equal(3, answer.Events.Count);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(answer.Events[2].Data));
    }

    [Theory]
    [InlineData(Chat, "message", "server_overloaded")]
    [InlineData(Messages, "error", "overloaded_error")]
    [InlineData(Responses, "error", "server_overloaded")]
    public async Task Overloaded_AfterChunks_IsAnErrorEvent(string path, string name, string said)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "overloaded", "after_chunks": 2}""");

        var answer = await mock.PostAsync(path, Request(stream: true));

        Assert.Equal(200, answer.Status);
        Assert.Equal(3, answer.Events.Count);
        Assert.Equal(name, answer.Events[2].EventType);
        Assert.Contains($"\"{said}\"", answer.Events[2].Data);
    }

    [Fact]
    public async Task Overloaded_AfterChunksOfResponses_GoesOnCounting()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "overloaded", "after_chunks": 2}""");

        var answer = await mock.PostAsync(Responses, Request(stream: true));

        Assert.Equal(2, answer.EventData("error")[0]["sequence_number"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Hang_ClientLeaves_JournalSaysSo(int? afterChunks)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", afterChunks is null ? """{"kind": "hang"}""" : $$"""{"kind": "hang", "after_chunks": {{afterChunks}}}""");
        using var leaving = new CancellationTokenSource();

        var call = mock.Client.PostAsync(Chat, new StringContent(Request(stream: true)), leaving.Token);
        await Eventually.TrueAsync(async () => (await mock.GetAsync("/requests")).Json.AsArray().Count == 1, "the request to arrive");
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.TrueAsync(async () => (await LastEnd(mock)).ClientLeft, "the mock to notice that the client left");
    }

    private static async Task<(int? Status, bool ClientLeft)> LastEnd(RunningMock mock)
    {
        var last = (await mock.GetAsync("/requests")).Json.AsArray()[^1]!;
        return (last["status"]?.GetValue<int>(), last["client_left"]!.GetValue<bool>());
    }

    private static string Request(bool stream = false) =>
        $$"""{"model": "gpt-4o", "max_tokens": 100, "stream": {{(stream ? "true" : "false")}}, "messages": [{"role": "user", "content": "hi"}], "input": "hi"}""";
}
