using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>A gateway that keeps its requests on record in a folder of the test's.</summary>
internal sealed class LoggedGateway : IAsyncDisposable
{
    private LoggedGateway(GatewayUnderTest gateway, TemporaryFolder folder) => (Gateway, Folder) = (gateway, folder);

    public GatewayUnderTest Gateway { get; }

    public TemporaryFolder Folder { get; }

    public string Path => System.IO.Path.Combine(Folder.Path, "requests.db");

    public RequestLogWriter Log => Gateway.Services.GetRequiredService<RequestLogWriter>();

    public static async Task<LoggedGateway> StartAsync(string config, Action<IServiceCollection>? services = null, params string[] args)
    {
        var folder = new TemporaryFolder();
        try
        {
            string[] own = ["--RequestLog:Store=sqlite", $"--RequestLog:Path={System.IO.Path.Combine(folder.Path, "requests.db")}"];
            return new LoggedGateway(await GatewayUnderTest.StartAsync(config, services, [.. own, .. args]), folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        var answer = await Answer.ReadAsync(response);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Text}");
        return answer.Json;
    }

    /// <summary>The rows of a list.</summary>
    public async Task<JsonElement[]> ListAsync(string query = "") => [.. (await GetAsync($"/admin/requests?limit=500&{query}")).GetProperty("data").EnumerateArray()];

    /// <summary>The one request on record, whole.</summary>
    public async Task<JsonElement> OnlyAsync()
    {
        var row = Assert.Single(await UntilAsync(rows => rows.Length > 0));
        return await GetAsync($"/admin/requests/{row.GetProperty("id").GetString()}");
    }

    /// <summary>Waits until the list is as expected: a client may have its answer a moment before the request is over.</summary>
    public async Task<JsonElement[]> UntilAsync(Func<JsonElement[], bool> expected, string query = "")
    {
        var rows = Array.Empty<JsonElement>();
        await Eventually.TrueAsync(async () => expected(rows = await ListAsync(query)), "the records");
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Folder.Dispose();
    }
}
