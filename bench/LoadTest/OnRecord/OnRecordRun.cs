using System.Globalization;
using System.Text.Json;
using LoadTest.Load;
using LoadTest.Measurements;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.OnRecord;

/// <summary>Two rounds of one process, right behind each other.</summary>
/// <param name="Without">While nothing was kept.</param>
/// <param name="With">While requests were on record.</param>
internal readonly record struct RoundPair(RequestMeasurement Without, RequestMeasurement With);

/// <summary>What was seen of one mode.</summary>
/// <param name="Mode">As the configuration names it.</param>
internal sealed record OnRecordObservation(string Mode)
{
    /// <summary>As many requests as the gateway answers.</summary>
    public List<RoundPair> Saturated { get; } = [];

    /// <summary>At <see cref="Plan.ModerateRate"/>.</summary>
    public List<RoundPair> Moderate { get; } = [];
}

/// <summary>
/// Loads gateways whose log is turned on and off by their configuration in turn: of two processes of one build each is some percent better or
/// worse than the other for as long as it lives, which is as much as what is to be measured.
/// </summary>
/// <param name="processes">Processes of each mode.</param>
/// <param name="rounds">Pairs of rounds of each process and load.</param>
/// <param name="warmUp">Load before anything counts; three times as long at the moderate rate.</param>
/// <param name="round">Length of a round.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class OnRecordRun(int processes, int rounds, TimeSpan warmUp, TimeSpan round, TextWriter progress)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly RequestKind Chat = new(ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">A process failed, or a tool is missing.</exception>
    /// <exception cref="TimeoutException">The log was not turned on or off in time.</exception>
    public async Task<IReadOnlyList<OnRecordObservation>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("rec-").FullName;
        try
        {
            var port = LoopbackPort.Free();
            await using var upstream = await PinnedProcess.StartAsync(Plan.LoadCore, folder, [Program.Assembly, "upstream", Text(port)], cancellationToken: cancellationToken);
            await LoopbackPort.WaitAsync(port, upstream, cancellationToken);
            OnRecordObservation[] seen = [new("direct"), new("policy")];
            for (var process = 1; process <= processes; process++)
            {
                foreach (var mode in seen)
                {
                    await progress.WriteLineAsync($"{mode.Mode} mode, process {process} of {processes}");
                    await MeasureAsync(mode, folder, new Uri($"http://127.0.0.1:{Text(port)}"), cancellationToken);
                }
            }

            return seen;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task MeasureAsync(OnRecordObservation seen, string folder, Uri upstream, CancellationToken cancellationToken)
    {
        var kind = seen.Mode == "policy" ? Chat with { Variety = Variety.Sessions } : Chat;
        var (log, port) = (new SwitchedLog(GatewayFiles.WriteConfiguration(folder, seen.Mode, upstream, null, isLogged: true)), LoopbackPort.Free());
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(port)}"), Timeout = Patience };
        await using var gateway = await PinnedProcess.StartAsync(
            Plan.MeasuredCore, folder, [GatewayFiles.Assembly, "--config", log.Path, "--urls", client.BaseAddress.ToString()], cancellationToken: cancellationToken);
        await LoopbackPort.WaitAsync(port, gateway, cancellationToken);
        var wrk = new Wrk(Plan.LoadCore, folder);
        await wrk.SaturateAsync(client.BaseAddress, kind, kind.Small, warmUp, cancellationToken);

        // What runs once a second is compiled a minute later than what every request runs.
        await wrk.PaceAsync(client.BaseAddress, kind, kind.Small, Plan.ModerateRate, 3 * warmUp, cancellationToken);
        for (var i = 0; i < rounds; i++)
        {
            // The first of two rounds has neither the advantage nor the disadvantage each time.
            var (isFirstOn, saturated, moderate) = (i % 2 == 0, new RequestMeasurement[2], new RequestMeasurement[2]);
            foreach (var isOn in (bool[])[isFirstOn, !isFirstOn])
            {
                await log.TurnAsync(isOn, client, cancellationToken);
                await wrk.SaturateAsync(client.BaseAddress, kind, kind.Small, Settling, cancellationToken);
                saturated[isOn ? 1 : 0] = await MeasureAsync(gateway, () => wrk.SaturateAsync(client.BaseAddress, kind, kind.Small, round, cancellationToken), cancellationToken);
                moderate[isOn ? 1 : 0] = await MeasureAsync(gateway, () => wrk.PaceAsync(client.BaseAddress, kind, kind.Small, Plan.ModerateRate, round, cancellationToken), cancellationToken);
            }

            seen.Saturated.Add(new RoundPair(saturated[0], saturated[1]));
            seen.Moderate.Add(new RoundPair(moderate[0], moderate[1]));
        }
    }

    private static async Task<RequestMeasurement> MeasureAsync(PinnedProcess gateway, Func<Task<LoadResult>> load, CancellationToken cancellationToken)
    {
        var measurement = await RequestMeasurement.TakeAsync(gateway, load, cancellationToken);
        return measurement.Load.Failures == 0 ? measurement : throw new InvalidOperationException($"the gateway answered {measurement.Load.Failures} requests with an error");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A configuration whose log is turned on and off.</summary>
    private sealed class SwitchedLog(string path)
    {
        private readonly string _on = File.ReadAllText(path);

        public string Path => path;

        public async Task TurnAsync(bool isOn, HttpClient client, CancellationToken cancellationToken)
        {
            var lines = _on.Split('\n').Select(line => !isOn && line.StartsWith("request_log:", StringComparison.Ordinal) ? "request_log: { store: none }" : line);
            await File.WriteAllTextAsync(path, string.Join('\n', lines), cancellationToken);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            while (await StoreAsync(client, limit.Token) == "none" == isOn)
                await Task.Delay(50, limit.Token);
        }

        private static async Task<string?> StoreAsync(HttpClient client, CancellationToken cancellationToken)
        {
            await using var answer = await client.GetStreamAsync("/admin/requests/status", cancellationToken);
            using var status = await JsonDocument.ParseAsync(answer, cancellationToken: cancellationToken);
            return status.RootElement.GetProperty("store").GetString();
        }
    }
}
