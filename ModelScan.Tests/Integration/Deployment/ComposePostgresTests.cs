using System.Text.Json;
using ModelScan.Tests.Support;
using Npgsql;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>GATEWAY_STORE=postgres</c>: what Compose then gives the gateway, used against a real PostgreSQL.</summary>
public sealed class ComposePostgresTests
{
    private static readonly string[] Databases = ["RequestLog__ConnectionString", "ResponsesState__ConnectionString"];

    [SkippableFact]
    public async Task Gateways_AreGivenTheDatabaseThatComposeStarts()
    {
        RecordedCompose.SkipIfMissing();

        var started = await RecordedCompose.StartedAsync(["gateway", "postgres"], ("GATEWAY_STORE", "postgres"), ("POSTGRES_PASSWORD", "secret"));

        var (gateway, postgres) = (Environment(started["gateway"]), Environment(started["postgres"]));
        Assert.Equal(("postgres", "postgres"), (gateway["RequestLog__Store"], gateway["ResponsesState__Store"]));
        Assert.All(Databases, name =>
        {
            var connection = new NpgsqlConnectionStringBuilder(gateway[name]);
            Assert.Equal(
                ("postgres", postgres["POSTGRES_DB"], postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"]),
                (connection.Host!, connection.Database!, connection.Username!, connection.Password!));
        });
    }

    [SkippableFact]
    public async Task WithoutTheSetting_EverythingIsInTheGatewaysVolume()
    {
        RecordedCompose.SkipIfMissing();

        var call = (await RecordedCompose.StartedAsync(["gateway"]))["gateway"];

        var gateway = Environment(call);
        Assert.Equal(("sqlite", "sqlite", "/home/app/responses.db"), (gateway["RequestLog__Store"], gateway["ResponsesState__Store"], gateway["ResponsesState__Path"]));
        Assert.Contains(RecordedCompose.Values(call, "-v", "--volume"), volume => volume.Split(':')[1] == "/home/app");
    }

    [SkippableFact]
    public async Task TwoGateways_ShareTheirLogAndTheirConversations()
    {
        RecordedCompose.SkipIfMissing();
        await using var server = await PostgresServer.StartAsync();
        await using var mock = await RunningMock.StartAsync();
        var given = Environment((await RecordedCompose.StartedAsync(["gateway"], ("GATEWAY_STORE", "postgres")))["gateway"]);
        var settings = given.Where(variable => variable.Key.StartsWith("RequestLog__", StringComparison.Ordinal) || variable.Key.StartsWith("ResponsesState__", StringComparison.Ordinal))
            .Select(variable => $"--{variable.Key.Replace("__", ":", StringComparison.Ordinal)}={(Databases.Contains(variable.Key) ? At(server, variable.Value) : variable.Value)}").ToArray();
        await using var first = await StartAsync(mock, settings);
        await using var second = await StartAsync(mock, settings);

        // A model that keeps nothing itself: going on is only possible with what the gateways keep.
        var begun = await first.PostAsync("/v1/responses", """{"model":"claude-sonnet-4-20250514","input":"hi"}""");
        Assert.True(begun.Status == 200, begun.Text);
        var id = begun.Json.GetProperty("id").GetString()!;
        await Eventually.TrueAsync(async () => await GetAsync(second, $"/v1/responses/{id}") is { Status: 200 }, "the response, from the other gateway");
        var goneOn = await second.PostAsync("/v1/responses", $$"""{"model":"claude-sonnet-4-20250514","input":"and then?","previous_response_id":"{{id}}"}""");

        Assert.True(goneOn.Status == 200, goneOn.Text);
        await Eventually.TrueAsync(async () => await CountAsync(first) == 2 && await CountAsync(second) == 2, "the records of both, from either");
    }

    private static Dictionary<string, string> Environment(string[] call) =>
        RecordedCompose.Values(call, "-e", "--env").Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    // The same words, another address.
    private static string At(PostgresServer server, string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Host = "127.0.0.1", Port = server.Port, Database = "postgres" }.ConnectionString;

    private static Task<GatewayUnderTest> StartAsync(RunningMock mock, string[] settings) => GatewayUnderTest.StartAsync(
        TestConfig.Direct.Default("anthropic/claude-sonnet-4-20250514", key: null), [$"--MockProviders={mock.Address}", .. settings]);

    private static async Task<Answer> GetAsync(GatewayUnderTest gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        return await Answer.ReadAsync(response);
    }

    private static async Task<long> CountAsync(GatewayUnderTest gateway)
    {
        // Records of questions about responses that are kept are none of requests to models.
        var answer = await GetAsync(gateway, "/admin/requests?limit=500");
        return answer.Status == 200 ? answer.Json.GetProperty("data").EnumerateArray().Count(IsAnswered) : 0;
    }

    private static bool IsAnswered(JsonElement row) => row.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String;
}
