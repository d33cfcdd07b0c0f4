using ModelScan.RoutingApi.Configuration;
using RequestLogBenchmarks;

namespace ConsoleBenchmarks.Processes;

/// <summary>A log of the last day's requests, and configurations of gateways that show it.</summary>
/// <param name="folder">Where it lies.</param>
/// <param name="upstream">Where the provider is.</param>
internal sealed class StoredLog(string folder, string upstream)
{
    /// <summary>How many.</summary>
    public const int Records = 100_000;

    private static readonly TimeSpan Span = TimeSpan.FromHours(23);

    private readonly string _path = Path.Combine(folder, "requests.db");

    /// <summary>Size of the file.</summary>
    public long Bytes => new FileInfo(_path).Length;

    /// <summary>A configuration as people have it.</summary>
    public string Config => Write("console.yaml", "");

    /// <summary>The same without a console.</summary>
    public string ConfigWithoutConsole => Write("without.yaml", "console: { enabled: false }\n");

    /// <summary>Writes the records.</summary>
    public async Task WriteAsync()
    {
        await using var log = new OpenLog(new RequestLogConfig { Path = _path });
        await log.StartAsync();
        var start = TimeProvider.System.GetUtcNow() - Span;
        for (var number = 0; number < Records; number++)
        {
            log.Log.Add(log.Record(start + (Span / Records * number)), null);
            if (number % 2048 == 2047)
                await log.Log.FlushAsync(default);
        }

        await log.Log.FlushAsync(default);
        if (log.Meters.ShedRecords > 0)
            throw new InvalidOperationException($"{log.Meters.ShedRecords} records were given up");
    }

    private string Write(string name, string more)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $$"""
            version: v0.4.0
            listeners: []
            model_providers: [{ model: openai/gpt-4o, access_key: k, base_url: "{{upstream}}/v1" }]
            routing: { mode: direct }
            request_log: { path: {{_path}} }
            {{more}}
            """);
        return path;
    }
}
