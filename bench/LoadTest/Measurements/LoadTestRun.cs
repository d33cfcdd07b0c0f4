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
            return new Results(plan, [.. requests.Select(target => target.Measured)], [.. decisions.Select(target => target.Measured)]);
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
        if (IsWanted("floor"))
            targets.Add(await FloorAsync(Results.FloorName));
        if (IsWanted("floor-on-socket-threads"))
            targets.Add(await FloorAsync(Results.OtherFloorName, Floor.OnSocketThreads) with { TakesManyStreams = false });

        if (IsWanted("pass-through"))
            targets.Add(await GatewayAsync(Results.PassThroughName, Chat, "direct"));
        if (IsWanted("on-record"))
            targets.Add(await GatewayAsync(Results.LoggedName, Chat, "direct", isLogged: true));
        if (IsWanted("translation"))
            targets.Add(await GatewayAsync(Results.TranslationName, Translated, "direct"));
        if (IsWanted("policy"))
            targets.Add(await GatewayAsync(Results.PolicyName, Chat with { Variety = Variety.Sessions }, "policy"));
        if (IsWanted("policy-on-record"))
            targets.Add(await GatewayAsync(Results.LoggedPolicyName, Chat with { Variety = Variety.Sessions }, "policy", isLogged: true));
        if (!IsWanted("plano_proxy") && !IsWanted("plano_embedded"))
            return targets;

        // Another gateway plays Plano, on the core of the upstream: what it costs is not ours.
        var (plano, _) = await StartGatewayAsync(Plan.LoadCore, folder, "direct", upstream, null, isLogged: false, cancellationToken);
        if (IsWanted("plano_proxy"))
            targets.Add(await GatewayAsync(Results.PlanoProxyName, Chat, "plano_proxy", plano) with { TakesManyStreams = false });
        if (IsWanted("plano_embedded"))
            targets.Add(await GatewayAsync(Results.PlanoEmbeddedName, Chat, "plano_embedded", plano) with { TakesManyStreams = false });
        return targets;

        async Task<Target> FloorAsync(string name, params string[] options)
        {
            var port = LoopbackPort.Free();
            return new Target(name, Address(port), Chat, await StartAsync(Plan.MeasuredCore, folder, port, [Program.Assembly, "floor", Text(port), upstream.ToString(), .. options], cancellationToken));
        }

        async Task<Target> GatewayAsync(string name, RequestKind kind, string mode, Uri? plano = null, bool isLogged = false)
        {
            var (address, process) = await StartGatewayAsync(Plan.MeasuredCore, folder, mode, upstream, plano, isLogged, cancellationToken);
            return new Target(name, address, kind, process);
        }
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
