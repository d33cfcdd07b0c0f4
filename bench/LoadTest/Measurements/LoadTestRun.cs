using System.Globalization;
using LoadTest.Load;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.Measurements;

/// <summary>Starts everything that is measured, and measures it. What is not being measured at a moment sleeps.</summary>
/// <param name="plan">How long and how much.</param>
/// <param name="only">Names of the targets that are wanted (<see cref="Program.Targets"/>); empty for all.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class LoadTestRun(Plan plan, IReadOnlyList<string> only, TextWriter progress)
{
    private static readonly RequestKind Chat = new(ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");
    private static readonly RequestKind Translated = new(ApiPath.Messages.Path(), ApiPath.Messages, "groq/bench");
    private static readonly RequestKind Decision = new("/routing" + ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");

    private readonly List<PinnedProcess> _processes = [];

    /// <summary>Measures every target.</summary>
    /// <exception cref="InvalidOperationException">A process failed, or a tool is missing.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was cancelled.</exception>
    public async Task<Results> RunAsync(CancellationToken cancellationToken)
    {
        // Unix sockets have short names, so their folder must have one, too.
        var folder = Directory.CreateTempSubdirectory("load-").FullName;
        try
        {
            var port = LoopbackPort.Free();
            await StartAsync(Plan.LoadCore, folder, port, [Program.Assembly, "upstream", Text(port)], cancellationToken);
            var upstream = Address(port);
            var requests = await StartRequestTargetsAsync(folder, upstream, cancellationToken);
            var decisions = IsWanted("decisions") ? await StartDecisionTargetsAsync(folder, upstream, cancellationToken) : [];
            var meter = new TargetMeter(plan, folder, progress);
            await meter.MeasureAsync(requests, cancellationToken);
            await meter.MeasureDecisionsAsync(decisions, cancellationToken);
            return new Results(plan, [.. requests.Where(target => !target.IsTwin).Select(target => target.Measured)], [.. decisions.Select(target => target.Measured)]);
        }
        finally
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private bool IsWanted(string target) => only.Count == 0 || only.Contains(target, StringComparer.OrdinalIgnoreCase);

    private async Task<List<Target>> StartRequestTargetsAsync(string folder, Uri upstream, CancellationToken cancellationToken)
    {
        var targets = new List<Target>();
        if (IsWanted("direct"))
            targets.Add(new Target(Results.NoProxyName, upstream, Chat, null));
        for (var process = 0; process < plan.Processes; process++)
        {
            if (IsWanted("floor"))
                await AddAsync(Results.FloorName, Chat, () => StartFloorAsync());
            if (IsWanted("pass-through"))
                await AddAsync(Results.PassThroughName, Chat, () => StartGatewayAsync("direct"));
            if (IsWanted("on-record"))
                await AddAsync(Results.LoggedName, Chat, () => StartGatewayAsync("direct", isLogged: true));
            if (IsWanted("translation"))
                await AddAsync(Results.TranslationName, Translated, () => StartGatewayAsync("direct"));
            if (IsWanted("policy"))
                await AddAsync(Results.PolicyName, Chat with { Variety = Variety.Sessions }, () => StartGatewayAsync("policy"));
            if (IsWanted("policy-on-record"))
                await AddAsync(Results.LoggedPolicyName, Chat with { Variety = Variety.Sessions }, () => StartGatewayAsync("policy", isLogged: true));
        }

        if (IsWanted("floor-on-socket-threads"))
            await AddAsync(Results.OtherFloorName, Chat, () => StartFloorAsync(Floor.OnSocketThreads), takesManyStreams: false);
        if (!IsWanted("plano_proxy") && !IsWanted("plano_embedded"))
            return targets;

        // Another gateway plays Plano, on the core of the upstream: what it costs is not ours.
        var (plano, _) = await this.StartGatewayAsync(Plan.LoadCore, folder, "direct", upstream, null, isLogged: false, cancellationToken);
        if (IsWanted("plano_proxy"))
            await AddAsync(Results.PlanoProxyName, Chat, () => StartGatewayAsync("plano_proxy", plano), takesManyStreams: false);
        if (IsWanted("plano_embedded"))
            await AddAsync(Results.PlanoEmbeddedName, Chat, () => StartGatewayAsync("plano_embedded", plano), takesManyStreams: false);
        return targets;

        async Task AddAsync(string name, RequestKind kind, Func<Task<(Uri Address, PinnedProcess Process)>> start, bool takesManyStreams = true)
        {
            var (address, process) = await start();
            targets.Add(targets.Find(target => target.Name == name) is { } first
                ? first.Twin(address, process)
                : new Target(name, address, kind, process) { TakesManyStreams = takesManyStreams });
        }

        async Task<(Uri Address, PinnedProcess Process)> StartFloorAsync(params string[] options)
        {
            var port = LoopbackPort.Free();
            return (Address(port), await StartAsync(Plan.MeasuredCore, folder, port, [Program.Assembly, "floor", Text(port), upstream.ToString(), .. options], cancellationToken));
        }

        Task<(Uri Address, PinnedProcess Process)> StartGatewayAsync(string mode, Uri? plano = null, bool isLogged = false) =>
            this.StartGatewayAsync(Plan.MeasuredCore, folder, mode, upstream, plano, isLogged, cancellationToken);
    }

    private async Task<List<Target>> StartDecisionTargetsAsync(string folder, Uri upstream, CancellationToken cancellationToken)
    {
        var (address, gateway) = await StartGatewayAsync(Plan.MeasuredCore, folder, "policy", upstream, null, isLogged: false, cancellationToken);
        return
        [
            Decide("in a session", Variety.Sessions, Plan.ModerateRate),
            Decide("a prompt seen before", Variety.Same, Plan.ModerateRate),

            // The classifier has a new prompt to read each time; a tenth of the rate leaves it room.
            Decide("a new prompt each time", Variety.Prompts, Plan.ModerateRate / 10),
        ];

        Target Decide(string name, Variety variety, int rate)
        {
            var kind = Decision with { Variety = variety };
            return new Target(name, address, kind, gateway) { Body = kind.OfBytes(1024), Rate = rate };
        }
    }

    private async Task<(Uri Address, PinnedProcess Process)> StartGatewayAsync(
        int core, string folder, string mode, Uri upstream, Uri? plano, bool isLogged, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        string[] command = [
            GatewayFiles.Assembly, "--config", GatewayFiles.WriteConfiguration(folder, mode, upstream, plano, isLogged), "--urls", Address(port).ToString()];
        return (Address(port), await StartAsync(core, folder, port, command, cancellationToken));
    }

    private async Task<PinnedProcess> StartAsync(int core, string folder, int port, string[] command, CancellationToken cancellationToken)
    {
        var process = await PinnedProcess.StartAsync(core, folder, command, cancellationToken: cancellationToken);
        _processes.Add(process);
        await LoopbackPort.WaitAsync(port, process, cancellationToken);
        return process;
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{Text(port)}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
