using ConsoleBenchmarks.Processes;

namespace ConsoleBenchmarks.Measurements;

/// <summary>What the console costs a gateway: time to start, CPU until then, and memory at rest; without it, with it and nobody there, and after somebody was.</summary>
internal static class Footprint
{
    private const int Starts = 7;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);
    private static readonly string[] Views = ["requests", "overview", "sessions", "models", "whatif", "try", "requests?since=all"];

    public static async Task<string> RunAsync(StoredLog log)
    {
        var (off, on, opened) = (new Gateway(), new Gateway(), new Gateway());
        for (var i = 0; i < Starts; i++)
        {
            await StartAsync(off, log.ConfigWithoutConsole, views: 0);
            await StartAsync(on, log.Config, views: 0);
            await StartAsync(opened, log.Config, views: 3);
        }

        return $"""
            ## What it costs the gateway

            Medians of {Starts} starts, which take turns; memory {Rest.TotalSeconds:0} s after the last request.

            | `console` | healthy after, ms | CPU until then, ms | resident, MB |
            |---|---:|---:|---:|
            | off | {off.StartUp.Median:0} | {off.Cpu.Median:0} | {off.Memory.Median:0.0} |
            | on, never opened | {on.StartUp.Median:0} | {on.Cpu.Median:0} | {on.Memory.Median:0.0} |
            | on, every view opened three times | {opened.StartUp.Median:0} | {opened.Cpu.Median:0} | {opened.Memory.Median:0.0} |

            """;
    }

    private static async Task StartAsync(Gateway measured, string config, int views)
    {
        await using var gateway = await GatewayProcess.StartAsync(config);
        measured.StartUp.Add(gateway.StartUp.TotalMilliseconds);
        measured.Cpu.Add(gateway.Cpu.TotalMilliseconds);
        for (var i = 0; i < views * Views.Length; i++)
        {
            using var view = await gateway.Client.GetAsync($"/console/{Views[i % Views.Length]}");
            view.EnsureSuccessStatusCode();
        }

        await Task.Delay(Rest);
        measured.Memory.Add(gateway.ResidentBytes / 1e6);
    }

    private sealed class Gateway
    {
        public Times StartUp { get; } = new();

        public Times Cpu { get; } = new();

        public Times Memory { get; } = new();
    }
}
