using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The gateway as a process of its own, as <c>dotnet ModelScan.RoutingApi.dll</c> starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private GatewayProcess(Process process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

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
            gateway.Client.BaseAddress = await AddressAsync(process);
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

    // The gateway takes any free port and says which.
    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Announcement = "Now listening on: ";
        using var timeout = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new Uri(line[(at + Announcement.Length)..].Trim());
        }

        throw new InvalidOperationException("the gateway ended before it listened");
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
