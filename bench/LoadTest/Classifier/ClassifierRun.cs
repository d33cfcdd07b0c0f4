using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LoadTest.Load;
using LoadTest.Measurements;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.Classifier;

/// <summary>A start of the gateway.</summary>
/// <param name="ToHealthy">Time from the process's start to the first 200 of <c>/health</c>.</param>
/// <param name="Cpu">CPU time until then.</param>
/// <param name="ToDecision">Time from the process's start to the first decision; <see langword="null"/> without routes.</param>
/// <param name="ResidentBytes">Memory afterwards.</param>
internal readonly record struct GatewayStart(TimeSpan ToHealthy, TimeSpan Cpu, TimeSpan? ToDecision, long ResidentBytes);

/// <summary>A round of pass-through requests, with decisions beside them or not.</summary>
/// <param name="PassThrough">What their client saw.</param>
/// <param name="Decisions">What the decisions' client saw; <see langword="null"/> without.</param>
/// <param name="CpuShare">Of the gateway's core, 0..1.</param>
internal readonly record struct Round(LoadResult PassThrough, LoadResult? Decisions, double CpuShare);

/// <summary>How long decisions took, in milliseconds.</summary>
/// <param name="Decided">As the gateway itself has it on record: from the request that has been read to the decision.</param>
/// <param name="Answered">As their client saw it, with HTTP.</param>
internal readonly record struct DecisionTimes(List<double> Decided, List<double> Answered);

/// <summary>What was seen.</summary>
internal sealed record ClassifierObservation
{
    public List<GatewayStart> WithRoutes { get; } = [];

    public List<GatewayStart> WithoutRoutes { get; } = [];

    public List<Round> Without { get; } = [];

    public List<Round> Beside { get; } = [];

    /// <summary>Decisions on new prompts of some twelve word pieces, asked one after the other.</summary>
    public DecisionTimes Short { get; set; }

    /// <summary>The same for prompts of more than 64.</summary>
    public DecisionTimes Capped { get; set; }
}

/// <summary>
/// Starts gateways with and without routes in turn; asks one for decisions, one after the other; and sends it pass-through requests, in turn
/// with and without decisions beside them. The gateway has a core to itself.
/// </summary>
/// <param name="starts">Starts of each.</param>
/// <param name="rounds">Rounds of each.</param>
/// <param name="warmUp">Load before anything counts.</param>
/// <param name="round">Length of a round.</param>
/// <param name="questions">Decisions that are timed, of each length.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class ClassifierRun(int starts, int rounds, TimeSpan warmUp, TimeSpan round, int questions, TextWriter progress)
{
    public const int PassThroughRate = 500;
    public const int DecisionRate = 200;
    private const int ShortBytes = 105;
    private const int CappedBytes = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // In sessions that hold their model, so that these are decided without the classifier.
    private static readonly RequestKind PassThrough = new(ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench", Variety.Sessions);
    private static readonly RequestKind Decision = new("/routing" + ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench", Variety.Prompts);

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">A process failed, or a tool is missing.</exception>
    public async Task<ClassifierObservation> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cls-").FullName;
        try
        {
            var port = LoopbackPort.Free();
            await using var upstream = await PinnedProcess.StartAsync(Plan.LoadCore, folder, [Program.Assembly, "upstream", Text(port)], cancellationToken: cancellationToken);
            await LoopbackPort.WaitAsync(port, upstream, cancellationToken);
            var address = new Uri($"http://127.0.0.1:{Text(port)}");
            var (routes, none) = (GatewayFiles.WriteConfiguration(folder, "policy", address, null, isLogged: false), GatewayFiles.WriteConfiguration(folder, "direct", address, null, isLogged: false));
            var recorded = GatewayFiles.WriteConfiguration(folder, "policy", address, null, isLogged: true);
            var seen = new ClassifierObservation();
            for (var i = 0; i < starts; i++)
            {
                await progress.WriteLineAsync($"start {i + 1} of {starts}");
                await WithGatewayAsync(folder, none, decides: false, (_, _, start) => Add(seen.WithoutRoutes, start), cancellationToken);
                await WithGatewayAsync(folder, routes, decides: true, (_, _, start) => Add(seen.WithRoutes, start), cancellationToken);
            }

            await WithGatewayAsync(folder, recorded, decides: true, (gateway, client, _) => LoadAsync(seen, folder, gateway, client, cancellationToken), cancellationToken);
            return seen;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task Add(List<GatewayStart> starts, GatewayStart start)
    {
        starts.Add(start);
        return Task.CompletedTask;
    }

    private static async Task WithGatewayAsync(
        string folder, string config, bool decides, Func<PinnedProcess, HttpClient, GatewayStart, Task> use, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(port)}"), Timeout = Patience };
        var clock = Stopwatch.StartNew();
        await using var gateway = await PinnedProcess.StartAsync(
            Plan.MeasuredCore, folder, [GatewayFiles.Assembly, "--config", config, "--urls", client.BaseAddress.ToString()], cancellationToken: cancellationToken);
        while (!await IsHealthyAsync(client, cancellationToken))
        {
            if (gateway.HasExited || clock.Elapsed > Patience)
                throw new InvalidOperationException($"the gateway does not become healthy:\n{gateway.LastLines}");
            await Task.Delay(1, cancellationToken);
        }

        var (healthy, cpu) = (clock.Elapsed, gateway.Cpu);
        TimeSpan? decided = null;
        if (decides)
        {
            await AskAsync(client, "first", ShortBytes, -1, cancellationToken);
            decided = clock.Elapsed;
        }

        await use(gateway, client, new GatewayStart(healthy, cpu, decided, gateway.ResidentBytes));
    }

    private static async Task<bool> IsHealthyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("/health", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task LoadAsync(ClassifierObservation seen, string folder, PinnedProcess gateway, HttpClient client, CancellationToken cancellationToken)
    {
        var server = client.BaseAddress!;
        var wrk = new Wrk(Plan.LoadCore, folder);
        await progress.WriteLineAsync("warming up");
        await wrk.SaturateAsync(server, PassThrough, PassThrough.Small, warmUp, cancellationToken);
        await Task.WhenAll(
            new PacedLoad(client, PassThrough, PassThrough.Small, PassThroughRate).RunAsync(warmUp / 2, cancellationToken),
            new PacedLoad(client, Decision, Decision.OfBytes(ShortBytes), DecisionRate).RunAsync(warmUp / 2, cancellationToken));

        await progress.WriteLineAsync("decisions one after the other");
        seen.Short = await QuestionAsync(client, "short", ShortBytes, cancellationToken);
        seen.Capped = await QuestionAsync(client, "capped", CappedBytes, cancellationToken);

        for (var i = 0; i < rounds; i++)
        {
            await progress.WriteLineAsync($"round {i + 1} of {rounds}");
            seen.Without.Add(await MeasureAsync(gateway, client, decisions: false, cancellationToken));
            seen.Beside.Add(await MeasureAsync(gateway, client, decisions: true, cancellationToken));
        }
    }

    private async Task<Round> MeasureAsync(PinnedProcess gateway, HttpClient client, bool decisions, CancellationToken cancellationToken)
    {
        var (clock, before) = (Stopwatch.StartNew(), gateway.Cpu);
        var deciding = decisions ? new PacedLoad(client, Decision, Decision.OfBytes(ShortBytes), DecisionRate).RunAsync(round, cancellationToken) : null;
        var passing = await new PacedLoad(client, PassThrough, PassThrough.Small, PassThroughRate).RunAsync(round, cancellationToken);
        LoadResult? decided = deciding is null ? null : await deciding;
        var share = (gateway.Cpu - before) / clock.Elapsed;
        if (passing.Failures > 0 || decided is { Failures: > 0 })
            throw new InvalidOperationException($"the gateway answered {passing.Failures + (decided?.Failures ?? 0)} requests with an error");
        return new Round(passing, decided, share);
    }

    private async Task<DecisionTimes> QuestionAsync(HttpClient client, string name, int bytes, CancellationToken cancellationToken)
    {
        var answered = new List<double>();
        for (var i = 0; i < questions; i++)
            answered.Add(await AskAsync(client, name, bytes, i, cancellationToken));
        var records = await client.GetStringAsync($"/admin/requests/export?filter=client:{name}", cancellationToken);
        var decided = records.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(record =>
        {
            using var json = JsonDocument.Parse(record);
            return json.RootElement.GetProperty("decision_ms").GetDouble();
        }).ToList();
        return decided.Count == questions ? new DecisionTimes(decided, answered) : throw new InvalidOperationException($"{decided.Count} of {questions} decisions are on record");
    }

    private static async Task<double> AskAsync(HttpClient client, string name, int bytes, int number, CancellationToken cancellationToken)
    {
        var body = Decision.OfBytes(bytes).Replace(RequestKind.NumberMark, $"question {Text(number)}", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, Decision.Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.ParseAdd($"{name}/1");
        var start = Stopwatch.GetTimestamp();
        using var answer = await client.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return answer.IsSuccessStatusCode ? elapsed.TotalMilliseconds : throw new InvalidOperationException($"a decision was answered with {(int)answer.StatusCode}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
