using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>A process that may have few descriptors: new clients are refused or wait, what runs goes on, and nothing ends.</summary>
public sealed class DescriptorTests
{
    private const string Body = """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n";

    [Theory]
    [InlineData(400)]
    [InlineData(512)]
    public async Task MoreClientsThanDescriptors_ThoseServedAreServedToTheEnd(int descriptors)
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Event);
            await goOn.Task.WaitAsync(request.TestOver);
            await request.SendChunkAsync("data: [DONE]\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayProcess.StartAsync(TestConfig.Direct.Default("openai/gpt-4o", provider.Address), descriptors);
        var first = await BeginAsync(gateway, 10);
        Assert.All(first, stream => Assert.Equal(HttpStatusCode.OK, stream.Response!.StatusCode));

        // Many more than there can be, at once and for a while.
        var more = new ConcurrentBag<OpenStream>();
        await Parallel.ForAsync(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 600 }, async (_, _) => more.Add((await BeginAsync(gateway, 1))[0]));

        Assert.False(gateway.HasEnded);
        goOn.SetResult();
        foreach (var stream in first)
            Assert.EndsWith("data: [DONE]\n\n", await stream.Response!.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(more, stream => stream.Response?.StatusCode == HttpStatusCode.OK);
        Assert.Contains(more, stream => stream.Response?.StatusCode != HttpStatusCode.OK);
        foreach (var stream in more.Where(stream => stream.Response?.StatusCode == HttpStatusCode.OK))
            Assert.EndsWith("data: [DONE]\n\n", await stream.Response!.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.All(more.Where(stream => stream.Response is not null), stream => Assert.True(stream.Response!.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{stream.Response.StatusCode}"));
        foreach (var stream in first.Concat(more))
            stream.Dispose();

        var last = (await BeginAsync(gateway, 1))[0];
        Assert.Equal(HttpStatusCode.OK, last.Response!.StatusCode);
        last.Dispose();
        Assert.False(gateway.HasEnded);
    }

    [Fact]
    public async Task FewerDescriptorsThanTheProgramNeeds_IsSaidInOneLine()
    {
        var start = new ProcessStartInfo("sh", ["-c", "ulimit -n 256 && exec \"$@\"", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("cannot start: this process may have 256 files open", said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
    }

    // Each on a connection of its own.
    private static Task<OpenStream[]> BeginAsync(GatewayProcess gateway, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
    {
        var client = new HttpClient { BaseAddress = gateway.Client.BaseAddress, Timeout = TimeSpan.FromSeconds(40) };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
            return new OpenStream(client, await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Net.Sockets.SocketException)
        {
            return new OpenStream(client, null); // refused
        }
    }));

    private sealed record OpenStream(HttpClient Client, HttpResponseMessage? Response) : IDisposable
    {
        public void Dispose()
        {
            Response?.Dispose();
            Client.Dispose();
        }
    }
}
