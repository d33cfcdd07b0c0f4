using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LoadTest.Load;
using LoadTest.Measurements;
using LoadTest.Processes;
using LoadTest.Servers;

namespace LoadTest.ColdStart;

/// <summary>
/// Measures how long published gateways take until they are healthy, and how much they get done from then on, second by second. Variants take
/// turns, so that what else happens on the machine happens to all of them.
/// </summary>
/// <param name="variants">What is compared.</param>
/// <param name="starts">How often each is started.</param>
/// <param name="rounds">How often each is put under load.</param>
/// <param name="load">How long.</param>
/// <param name="progress">Is told what is going on.</param>
internal sealed class ColdStartRun(IReadOnlyList<Variant> variants, int starts, int rounds, TimeSpan load, TextWriter progress)
{
    private const int Connections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly RequestKind Chat = new(ApiPath.ChatCompletions.Path(), ApiPath.ChatCompletions, "openai/bench");

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">A process failed, or a tool is missing.</exception>
    public async Task<IReadOnlyList<Observation>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cold-").FullName;
        try
        {
            var port = LoopbackPort.Free();
            await using var upstream = await PinnedProcess.StartAsync(Plan.LoadCore, folder, [Program.Assembly, "upstream", Text(port)], cancellationToken: cancellationToken);
            await LoopbackPort.WaitAsync(port, upstream, cancellationToken);
            var config = GatewayFiles.WriteConfiguration(folder, "policy", new Uri($"http://127.0.0.1:{Text(port)}"), null, isLogged: false);
            var observations = variants.Select(variant => new Observation(variant)).ToArray();
            for (var i = 0; i < starts; i++)
            {
                foreach (var observation in observations)
                    await WithGatewayAsync(observation, folder, config, (_, _, start) => Record(observation, start), cancellationToken);
            }

            for (var i = 0; i < rounds; i++)
            {
                foreach (var observation in observations)
                    await WithGatewayAsync(observation, folder, config, (gateway, at, _) => LoadAsync(observation, gateway, at, cancellationToken), cancellationToken);
            }

            return observations;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task Record(Observation observation, Start start)
    {
        observation.Starts.Add(start);
        return progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{observation.Variant.Name}: healthy after {start.Elapsed.TotalMilliseconds:0} ms, {start.Cpu.TotalMilliseconds:0} ms of CPU"));
    }

    private static async Task WithGatewayAsync(
        Observation observation, string folder, string config, Func<PinnedProcess, int, Start, Task> use, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var clock = Stopwatch.StartNew();
        string[] command = [observation.Variant.Assembly, "--config", config, "--urls", $"http://127.0.0.1:{Text(port)}"];
        await using var gateway = await PinnedProcess.StartAsync(Plan.MeasuredCore, folder, command, cancellationToken: cancellationToken);
        var health = Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        while (!await IsHealthyAsync(port, health, cancellationToken))
        {
            if (gateway.HasExited || clock.Elapsed > Patience)
                throw new InvalidOperationException($"{observation.Variant.Name} does not become healthy:\n{gateway.LastLines}");
            await Task.Delay(Pause, cancellationToken);
        }

        await use(gateway, port, new Start(clock.Elapsed, gateway.Cpu));
    }

    // The answer to GET /health is chunked, so its first line has to do.
    private static async Task<bool> IsHealthyAsync(int port, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, cancellationToken);
            await socket.SendAsync(request, cancellationToken);
            var answer = new byte[1024];
            var read = await socket.ReceiveAsync(answer, cancellationToken);
            return answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task LoadAsync(Observation observation, PinnedProcess gateway, int port, CancellationToken cancellationToken)
    {
        var sent = new SocketLoad(port, SocketLoad.Post(Chat.Path, Chat.Small));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var moments = new List<Moment> { new(TimeSpan.Zero, 0, gateway.Cpu) };
        var clock = Stopwatch.StartNew();
        var running = sent.RunAsync(Connections, end.Token);
        while (clock.Elapsed < load && !running.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            moments.Add(new Moment(clock.Elapsed, sent.Answers, gateway.Cpu));
        }

        await end.CancelAsync();
        await running;
        if (sent.Failures > 0)
            throw new InvalidOperationException($"{observation.Variant.Name} answered {sent.Failures} requests with an error");
        observation.Loads.Add(moments);
        await progress.WriteLineAsync($"{observation.Variant.Name}: {sent.Answers} answers under load");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
