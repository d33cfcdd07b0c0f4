using System.Diagnostics;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The gateway as a process of its own, as <c>dotnet ModelScan.RoutingApi.dll</c> starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly StringBuilder _output = new();

    private GatewayProcess(Process process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it has written since it listens.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Memory in RAM, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static Task<GatewayProcess> StartAsync(string config, params (string Name, string Value)[] environment) => StartAsync(config, descriptors: 0, environment);

    /// <summary>Starts one that may have at most so many descriptors; 0 for any number.</summary>
    public static async Task<GatewayProcess> StartAsync(string config, int descriptors, params (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-process-");
        var path = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(path, config);
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", path, "--urls", "http://127.0.0.1:0"];
        var start = descriptors == 0
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("sh", ["-c", $"ulimit -n {descriptors} && exec \"$@\"", "sh", .. command]);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        var gateway = new GatewayProcess(process, folder);
        try
        {
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
            Content = new StringContent(GatewayUnderTest.Chat(prompt), Encoding.UTF8, "application/json"),
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

    // The gateway takes any free port and says which.
    private async Task<Uri> AddressAsync()
    {
        const string Announcement = "Now listening on: ";
        using var timeout = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = KeepAsync(_process.StandardOutput);
            return new Uri(line[(at + Announcement.Length)..].Trim());
        }

        throw new InvalidOperationException("the gateway ended before it listened");
    }

    private async Task KeepAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.Append(line).Append('\n');
        }
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
