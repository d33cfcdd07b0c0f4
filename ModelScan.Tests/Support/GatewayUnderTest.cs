using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi;
using ModelScan.Tests.Configuration.Schema;

namespace ModelScan.Tests.Support;

/// <summary>The gateway as it ships, on a free port of 127.0.0.1, with a configuration file of the test's own.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private GatewayUnderTest(WebApplication app, DirectoryInfo folder, string configPath, Uri address)
    {
        (_app, _folder, ConfigPath) = (app, folder, configPath);
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    /// <summary>The configuration file; a test may rewrite it.</summary>
    public string ConfigPath { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<GatewayUnderTest> StartAsync(string config, params string[] args) => StartAsync(config, null, args);

    /// <summary>Starts with other services than usual, such as a clock of the test's own.</summary>
    public static async Task<GatewayUnderTest> StartAsync(string config, Action<IServiceCollection>? services, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-test-");
        var path = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(path, config);
        var app = GatewayHost.Build(["--config", path, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", .. args], services);
        SchemaCheck.AssertAccepts(config);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new GatewayUnderTest(app, folder, path, new Uri(address));
    }

    /// <summary>Posts JSON (or whatever <paramref name="body"/> is).</summary>
    public async Task<Answer> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Asks the decision endpoint about one user message in Chat Completions form.</summary>
    public Task<Answer> DecideAsync(string prompt, params (string Name, string Value)[] headers) =>
        PostAsync("/routing/v1/chat/completions", Chat(prompt), headers);

    /// <summary>A Chat Completions body with one user message.</summary>
    public static string Chat(string prompt, string model = "gpt-4o-mini") =>
        JsonSerializer.Serialize(new { model, messages = new[] { new { role = "user", content = prompt } } });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, JsonElement Json, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public string[] Models => [.. Json.GetProperty("models").EnumerateArray().Select(model => model.GetString()!)];

    /// <summary>Whether the answer ended before its end: without its last chunk, or with a reset.</summary>
    public bool IsCut { get; init; }

    public string? Route => Json.GetProperty("route").GetString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var (text, isCut) = await ReadTextAsync(response);
        var json = default(JsonElement);
        if (!isCut && response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            using var document = JsonDocument.Parse(text);
            json = document.RootElement.Clone();
        }

        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, json, text, headers) { IsCut = isCut };
    }

    /// <summary>Reads as much as there is, and whether it ended before its end.</summary>
    public static async Task<(string Text, bool IsCut)> ReadTextAsync(HttpResponseMessage response)
    {
        using var body = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            await stream.CopyToAsync(body);
        }
        catch (IOException)
        {
            return (Encoding.UTF8.GetString(body.ToArray()), true);
        }

        return (Encoding.UTF8.GetString(body.ToArray()), false);
    }
}
