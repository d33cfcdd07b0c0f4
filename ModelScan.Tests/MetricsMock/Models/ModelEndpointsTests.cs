using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Models;

public sealed class ModelEndpointsTests
{
    [Fact]
    public async Task Put_KnownModel_ChangesWhatIsNamedAlone()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PutAsync("/models/openai/gpt-4o", """{"latency_seconds": 0.25}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """{"name":"openai/gpt-4o","latency_seconds":0.25,"input_per_million":5,"output_per_million":20,"cached_input_per_million":2.5,"failure":null}""",
            answer.Text);
        Assert.Contains("model_latency_p95_seconds{model_name=\"openai/gpt-4o\"} 0.25\n", (await mock.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Put_NewModel_CreatesIt()
    {
        await using var mock = await RunningMock.StartAsync();

        await mock.PutAsync("/models/local/llama%2F3", """{"input_per_million": 1, "output_per_million": 2}""");

        var names = (await mock.GetAsync("/models")).Json.AsArray().Select(model => model!["name"]!.GetValue<string>());
        Assert.Contains("local/llama/3", names);
    }

    [Fact]
    public async Task Put_Null_ClearsValue()
    {
        await using var mock = await RunningMock.StartAsync();

        await mock.PutAsync("/models/openai/gpt-4o", """{"latency_seconds": null}""");

        Assert.DoesNotContain("model_latency_p95_seconds{model_name=\"openai/gpt-4o\"}", (await mock.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Put_FailureKindNone_ClearsFailure()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", """{"kind": "hang"}""");

        var answer = await mock.PutAsync("/models/openai/gpt-4o", """{"failure": {"kind": "none"}}""");

        Assert.Null(answer.Json["failure"]);
    }

    [Theory]
    [InlineData("not JSON", "{", "")]
    [InlineData("not an object", "[]", "")]
    [InlineData("unknown field", """{"latency": 1}""", "latency")]
    [InlineData("negative latency", """{"latency_seconds": -1}""", "latency_seconds")]
    [InlineData("latency as text", """{"latency_seconds": "1"}""", "latency_seconds")]
    [InlineData("huge price", """{"input_per_million": 1e30}""", "input_per_million")]
    [InlineData("output price", """{"output_per_million": true}""", "output_per_million")]
    [InlineData("cached price", """{"cached_input_per_million": -0.1}""", "cached_input_per_million")]
    [InlineData("failure as text", """{"failure": "hang"}""", "failure")]
    [InlineData("failure without kind", """{"failure": {}}""", "failure.kind")]
    [InlineData("unknown kind", """{"failure": {"kind": "fire"}}""", "failure.kind")]
    [InlineData("unknown failure field", """{"failure": {"kind": "hang", "for": 1}}""", "failure.for")]
    [InlineData("times 0", """{"failure": {"kind": "hang", "times": 0}}""", "failure.times")]
    [InlineData("status 200", """{"failure": {"kind": "server_error", "status": 200}}""", "failure.status")]
    [InlineData("status of a hang", """{"failure": {"kind": "hang", "status": 500}}""", "failure.status")]
    [InlineData("fraction of a chunk", """{"failure": {"kind": "cut_stream", "after_chunks": 1.5}}""", "failure.after_chunks")]
    [InlineData("negative wait", """{"failure": {"kind": "rate_limit", "retry_after_seconds": -1}}""", "failure.retry_after_seconds")]
    public async Task Put_WrongField_IsRefusedByName(string id, string body, string field)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PutAsync("/models/openai/gpt-4o", body);

        Assert.True(answer.Status == 400, id);
        Assert.Equal(field, answer.Json["error"]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task Put_WrongField_ChangesNothing()
    {
        await using var mock = await RunningMock.StartAsync();
        var before = (await mock.GetAsync("/models")).Text;

        await mock.PutAsync("/models/openai/gpt-4o", """{"latency_seconds": 9, "failure": {"kind": "fire"}}""");

        Assert.Equal(before, (await mock.GetAsync("/models")).Text);
    }

    [Fact]
    public async Task Delete_KnownModel_RemovesIt()
    {
        await using var mock = await RunningMock.StartAsync();

        var first = await mock.Client.DeleteAsync("/models/openai/gpt-4o");
        var second = await mock.Client.DeleteAsync("/models/openai/gpt-4o");

        Assert.Equal((204, 404), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.DoesNotContain("\"openai/gpt-4o\"", (await mock.GetAsync("/metrics")).Text);
    }

    [Fact]
    public async Task Reset_AfterChanges_RestoresStart()
    {
        await using var mock = await RunningMock.StartAsync();
        var before = (await mock.GetAsync("/models")).Text;
        await mock.PutAsync("/models/openai/gpt-4o", """{"latency_seconds": 9, "failure": {"kind": "hang"}}""");
        await mock.PutAsync("/models/x", "{}");

        var answer = await mock.PostAsync("/reset", "");

        Assert.Equal(204, answer.Status);
        Assert.Equal(before, (await mock.GetAsync("/models")).Text);
    }

    [Fact]
    public async Task Configuration_Models_AreAddedToTheDefaults()
    {
        await using var mock = await RunningMock.StartAsync("--Models:0:Name=local/llama", "--Models:0:LatencySeconds=0.1", "--Models:0:InputPerMillion=1");

        var model = (await mock.GetAsync("/models")).Json.AsArray().Single(model => model!["name"]!.GetValue<string>() == "local/llama")!;

        Assert.Equal(0.1, model["latency_seconds"]!.GetValue<double>());
        Assert.Equal(1, model["input_per_million"]!.GetValue<decimal>());
        Assert.Null(model["output_per_million"]);
    }

    [Fact]
    public async Task ListModels_OpenAiShape_NamesOwner()
    {
        await using var mock = await RunningMock.StartAsync();

        var list = (await mock.GetAsync("/v1/models")).Json;

        Assert.Equal("list", list["object"]!.GetValue<string>());
        var model = list["data"]!.AsArray().Single(model => model!["id"]!.GetValue<string>() == "openai/gpt-4o-mini")!;
        Assert.Equal(("model", "openai"), (model["object"]!.GetValue<string>(), model["owned_by"]!.GetValue<string>()));
        Assert.Equal(System.Text.Json.JsonValueKind.Number, model["created"]!.GetValueKind());
    }
}
