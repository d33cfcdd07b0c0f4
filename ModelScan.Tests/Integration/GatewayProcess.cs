using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>The gateway as a process of its own, as <c>dotnet ModelScan.RoutingApi.dll</c> starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private GatewayProcess(Process process, DirectoryInfo folder, Uri address) =>
        (_process, _folder, Client) = (process, folder, new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) });

    public HttpClient Client { get; }

    public static async Task<GatewayProcess> StartAsync(string config)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-process-");
        var path = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(path, config);
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", path, "--urls", address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        var gateway = new GatewayProcess(process, folder, address);
        try
        {
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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
