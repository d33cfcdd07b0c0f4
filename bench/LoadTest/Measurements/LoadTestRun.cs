using System.Globalization;
using LoadTest.Load;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.Measurements;

/// <summary>Starts what is measured, one at a time, and measures it.</summary>
/// <param name="plan">How long and how much.</param>
/// <param name="only">Parts of the names of the targets that are wanted; empty for all.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class LoadTestRun(Plan plan, IReadOnlyList<string> only, TextWriter progress)
{
    private static readonly RequestKind Chat = new(ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");
    private static readonly RequestKind Translated = new(ApiPath.Messages.Path(), ApiPath.Messages, "groq/bench");
    private static readonly RequestKind Decision = new("/routing" + ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");

    /// <summary>Measures every target.</summary>
    /// <exception cref="InvalidOperationException">A process failed, or a tool is missing.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was cancelled.</exception>
    public async Task<Results> RunAsync(CancellationToken cancellationToken)
    {
        // Unix sockets have short names, so their folder must have one, too.
        var folder = Directory.CreateTempSubdirectory("load-").FullName;
        try
        {
            var meter = new TargetMeter(plan, folder, progress);
            var upstreamPort = LoopbackPort.Free();
            await using var upstream = await StartAsync(Plan.LoadCore, folder, upstreamPort, [Program.Assembly, "upstream", Text(upstreamPort)], cancellationToken);
            var address = Address(upstreamPort);
            var requests = new List<TargetMeasurement>();
            if (IsWanted("direct"))
                requests.Add(await meter.MeasureAsync("no proxy", address, Chat, null, cancellationToken));
            if (IsWanted("floor"))
                requests.Add(await MeasureFloorAsync(meter, folder, address, cancellationToken));
            if (IsWanted("pass-through") || IsWanted("translation"))
                requests.AddRange(await MeasureDirectModeAsync(meter, folder, address, cancellationToken));
            var decisions = new List<TargetMeasurement>();
            if (IsWanted("policy") || IsWanted("decisions"))
                await MeasurePolicyModeAsync(meter, folder, address, requests, decisions, cancellationToken);
            return new Results(plan, requests, decisions);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private bool IsWanted(string target) => only.Count == 0 || only.Contains(target, StringComparer.OrdinalIgnoreCase);

    private static async Task<TargetMeasurement> MeasureFloorAsync(TargetMeter meter, string folder, Uri upstream, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        await using var floor = await StartAsync(Plan.MeasuredCore, folder, port, [Program.Assembly, "floor", Text(port), upstream.ToString()], cancellationToken);
        return await meter.MeasureAsync(Results.FloorName, Address(port), Chat, floor, cancellationToken);
    }

    private async Task<List<TargetMeasurement>> MeasureDirectModeAsync(TargetMeter meter, string folder, Uri upstream, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        await using var gateway = await StartGatewayAsync(folder, port, "direct", upstream, cancellationToken);
        var measured = new List<TargetMeasurement>();
        if (IsWanted("pass-through"))
            measured.Add(await meter.MeasureAsync("gateway, direct mode", Address(port), Chat, gateway, cancellationToken));
        if (IsWanted("translation"))
            measured.Add(await meter.MeasureAsync("gateway, Messages to Chat", Address(port), Translated, gateway, cancellationToken));
        return measured;
    }

    private async Task MeasurePolicyModeAsync(
        TargetMeter meter, string folder, Uri upstream, List<TargetMeasurement> requests, List<TargetMeasurement> decisions, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        await using var gateway = await StartGatewayAsync(folder, port, "policy", upstream, cancellationToken);
        var address = Address(port);
        if (IsWanted("policy"))
            requests.Add(await meter.MeasureAsync("gateway, policy mode, sessions", address, Chat with { Variety = Variety.Sessions }, gateway, cancellationToken));
        if (!IsWanted("decisions"))
            return;
        decisions.Add(await meter.MeasureDecisionsAsync(
            "in a session", address, Decision with { Variety = Variety.Sessions }, Plan.ModerateRate, gateway, cancellationToken));
        decisions.Add(await meter.MeasureDecisionsAsync("a prompt seen before", address, Decision, Plan.ModerateRate, gateway, cancellationToken));

        // The classifier has a new prompt to read each time; a tenth of the rate leaves it room.
        decisions.Add(await meter.MeasureDecisionsAsync(
            "a new prompt each time", address, Decision with { Variety = Variety.Prompts }, Plan.ModerateRate / 10, gateway, cancellationToken));
    }

    private static Task<PinnedProcess> StartGatewayAsync(string folder, int port, string mode, Uri upstream, CancellationToken cancellationToken)
    {
        string[] command = [
            GatewayFiles.Assembly, "--config", GatewayFiles.WriteConfiguration(folder, mode, upstream), "--urls", Address(port).ToString()];
        return StartAsync(Plan.MeasuredCore, folder, port, command, cancellationToken);
    }

    private static async Task<PinnedProcess> StartAsync(int core, string folder, int port, string[] command, CancellationToken cancellationToken)
    {
        var process = await PinnedProcess.StartAsync(core, folder, command, cancellationToken: cancellationToken);
        try
        {
            await LoopbackPort.WaitAsync(port, process, cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{Text(port)}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
