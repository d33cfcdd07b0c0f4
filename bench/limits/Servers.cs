using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Limits;

/// <summary>A folder that goes at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-limits-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Starting and ending programs, and finding ports for them.</summary>
internal static class Programs
{
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }

    public static async Task EndAsync(Process? process)
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>A Redis server without persistence.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly WorkFolder _folder;
    private Process? _process;

    private RedisProcess(WorkFolder folder) => _folder = folder;

    public int Port { get; } = Programs.FreePort();

    public static RedisProcess Start(WorkFolder folder)
    {
        var redis = new RedisProcess(folder);
        redis.Restart();
        return redis;
    }

    public void Restart() => _process = Programs.Start(
        "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.Path);

    public async Task KillAsync()
    {
        await Programs.EndAsync(_process);
        _process = null;
    }

    public ValueTask DisposeAsync() => new(KillAsync());
}

/// <summary>A provider that reports ten tokens of output for every request, and can be made to hang.</summary>
internal sealed class CountingProvider : IAsyncDisposable
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":10,"total_tokens":11}}""";

    private readonly WebApplication _app;
    private int _hanging;

    private CountingProvider(WebApplication app)
    {
        _app = app;
        app.MapPost("/{**path}", AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public bool Hangs { get; set; }

    public int Hanging => Volatile.Read(ref _hanging);

    public static async Task<CountingProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var provider = new CountingProvider(builder.Build());
        await provider._app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        if (Hangs)
        {
            Interlocked.Increment(ref _hanging);
            while (Hangs)
                await Task.Delay(50, context.RequestAborted);
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Answer, context.RequestAborted);
    }
}

/// <summary>Three gateways, each a process, with a limit of 1,000 tokens a second and a budget of tokens a day.</summary>
internal sealed class Gateways : IAsyncDisposable
{
    public const int Count = 3;
    public const int TokensPerSecond = 1000;
    public const int TokensPerRequest = 10;

    /// <summary>How long what is set aside stays so when its gateway is gone.</summary>
    public const int LeaseSeconds = 5;

    private readonly Process?[] _processes = new Process?[Count];
    private readonly HttpClient[] _clients;

    private Gateways(int[] ports) => _clients = [.. ports.Select(port => new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) })];

    public static async Task<Gateways> StartAsync(WorkFolder folder, Uri provider, int redis, CancellationToken cancellationToken)
    {
        var config = Path.Combine(folder.Path, "modelscan.yaml");
        await File.WriteAllTextAsync(config, $$"""
            model_providers: [{ model: openai/m, access_key: k, base_url: "{{provider}}", default: true }]
            routing: { mode: direct }
            request_log: { store: none }
            governance:
              store: redis
              redis: redis://127.0.0.1:{{redis}}
              lease: {{LeaseSeconds}}s
              limits:
                - { id: second, kind: tokens, amount: {{TokensPerSecond}}, window: second, cost: output, headers: { x-limit: second } }
                - { id: day, kind: tokens, amount: 1000000, window: day, cost: output, headers: { x-limit: day } }
            """, cancellationToken);
        var ports = Enumerable.Range(0, Count).Select(_ => Programs.FreePort()).ToArray();
        var gateways = new Gateways(ports);
        for (var i = 0; i < Count; i++)
            gateways._processes[i] = Programs.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", config, "--urls", $"http://127.0.0.1:{ports[i]}", "--Logging:LogLevel:Default=Error");
        foreach (var client in gateways._clients)
            await UntilHealthyAsync(client, cancellationToken);
        return gateways;
    }

    /// <summary>Asks one of them, under one of the limits; the status.</summary>
    public async Task<int> AskAsync(int number, string limit, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent($$"""{"model":"openai/m","max_tokens":{{TokensPerRequest}},"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-limit", limit);
        try
        {
            using var response = await _clients[number % Count].SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>What is set aside of the day's budget, in tokens, as one of them sees it.</summary>
    public async Task<double> ReservedAsync(int number, CancellationToken cancellationToken)
    {
        await using var stream = await _clients[number].GetStreamAsync(new Uri("/admin/limits", UriKind.Relative), cancellationToken);
        using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        var day = document.RootElement.GetProperty("limits").EnumerateArray().Single(limit => limit.GetProperty("id").GetString() == "day");
        return day.GetProperty("subjects").EnumerateArray().Sum(subject => subject.GetProperty("reserved").GetDouble());
    }

    public void Kill(int number)
    {
        _processes[number]!.Kill();
        _processes[number]!.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await Programs.EndAsync(process);
        foreach (var client in _clients)
            client.Dispose();
    }

    /// <summary>Waits until a gateway answers.</summary>
    public static async Task UntilHealthyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 600; i++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException("a gateway does not answer");
    }
}
