using System.Diagnostics;
using System.Threading.Channels;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The gateway as a process of its own, as <c>dotnet ModelScan.RoutingApi.dll</c> starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private GatewayProcess(Process process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<GatewayProcess> StartAsync(string config, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-process-");
        var path = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(path, config);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", path, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        var gateway = new GatewayProcess(process, folder);
        try
        {
            _ = gateway.ReadOutputAsync();
            gateway.Client.BaseAddress = await gateway.AddressAsync();
            await gateway.UntilHealthyAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async Task<Answer> DecideAsync(string prompt, string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/routing/v1/chat/completions")
        {
            Content = new StringContent(GatewayUnderTest.Chat(prompt), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-model-affinity", session);
        using var response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Asks the process to end (SIGTERM) and waits until it has; its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the process as it is (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The next line of the output that <paramref name="isWanted"/>; the ones before it are gone.</summary>
    /// <exception cref="InvalidOperationException">The process ended without one.</exception>
    public async Task<string> LineAsync(Func<string, bool> isWanted)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
        {
            if (isWanted(line))
                return line;
        }

        throw new InvalidOperationException("the gateway ended before it said so");
    }

    /// <summary>The rest of the output, line by line, to its end.</summary>
    public IAsyncEnumerable<string> OutputAsync() => _lines.Reader.ReadAllAsync();

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }

    // The gateway takes any free port and says which.
    private async Task<Uri> AddressAsync()
    {
        const string Announcement = "Now listening on: ";
        var line = await LineAsync(line => line.Contains(Announcement, StringComparison.Ordinal));
        return new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..].Split('"')[0].Trim());
    }

    private async Task UntilHealthyAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!_process.HasExited)
        {
            try
            {
                using var response = await Client.GetAsync("/health", timeout.Token);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, timeout.Token);
        }

        throw new InvalidOperationException($"the gateway ended with exit code {_process.ExitCode}");
    }
}
