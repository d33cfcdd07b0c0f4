using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>
/// Every cell of the table in <c>docs/plano-proxy.md</c>, for each of the three formats. To write the table anew, run
/// <see cref="Document_HasTheTable"/> with <c>UPDATE_DOCS=1</c>.
/// </summary>
public sealed class PlanoFailureTests
{
    private static readonly string[] Formats = ["chat/completions", "messages", "responses"];

    public static TheoryData<string, string, bool, bool> Cells()
    {
        var cells = new TheoryData<string, string, bool, bool>();
        foreach (var failure in PlanoFailures.All)
        {
            foreach (var format in Formats)
            {
                cells.Add(failure.Name, format, false, false);
                cells.Add(failure.Name, format, true, false);
                cells.Add(failure.Name, format, false, true);
                cells.Add(failure.Name, format, true, true);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Cell_IsAsTheTableSays(string name, string format, bool stream, bool fallback)
    {
        var failure = PlanoFailures.All.Single(failure => failure.Name == name);
        var expected = Expected(failure, stream, fallback);
        var attempt = -1;
        await using var plano = RawUpstream.Start(request => failure.Script!(request, Interlocked.Increment(ref attempt)));
        await using var secure = failure.IsSecure ? await HttpsServer.StartAsync(failure.HasOwnCertificate) : null;
        await using var provider = RawUpstream.Start(DirectAnswer);
        var time = new SkippingTimeProvider(wait => wait > TimeSpan.FromSeconds(6) && wait <= TimeSpan.FromSeconds(8));
        await using var gateway = await GatewayUnderTest.StartAsync(
            Config(failure, secure?.Address ?? (failure.Script is null ? new Uri("http://127.0.0.1:1") : plano.Address), provider.Address, fallback),
            services => services.AddSingleton<TimeProvider>(time).AddSingleton<Random>(new NoChance()));
        var (status, headers, body, isCut) = await SendAsync(gateway, format, stream);
        Assert.Equal((expected.Status, expected.Attempts), (status, int.Parse(headers["x-modelscan-attempts"], CultureInfo.InvariantCulture)));
        Assert.Equal(expected.Ending == PlanoOutcome.Cut, isCut);
        if (expected.Ending == PlanoOutcome.Cut)
            Assert.True(PlanoFailures.Event.StartsWith(body, StringComparison.Ordinal), body);
        switch (expected.Said)
        {
            case "direct":
                Assert.Equal(("direct", true), (headers["x-modelscan-mode"], body.Contains("\"direct\":true", StringComparison.Ordinal)));
                Assert.StartsWith("plano_proxy: ", headers["x-modelscan-fallback"], StringComparison.Ordinal);
                break;
            case "plano":
                Assert.Equal(("plano_proxy", false), (headers["x-modelscan-mode"], headers.ContainsKey("x-modelscan-fallback")));
                if (status >= 400)
                    Assert.Equal(PlanoFailures.Body, body);
                break;
            default:
                Assert.Contains($"\"code\":\"{expected.Said}\"", body, StringComparison.Ordinal);
                Assert.Equal(format == "messages", body.StartsWith("{\"type\":\"error\",", StringComparison.Ordinal));
                break;
        }

        if (name.Contains("Retry-After in seconds", StringComparison.Ordinal))
            Assert.Equal([TimeSpan.FromSeconds(7)], time.Skipped);
        if (name.Contains("Retry-After as a date", StringComparison.Ordinal))
            Assert.Single(time.Skipped);
        if (name.Contains("longer than 10 s", StringComparison.Ordinal) && !fallback)
            Assert.Equal("120", headers["Retry-After"]);
    }

    [Theory]
    [InlineData(0, 0.5, 250)]
    [InlineData(1, 0.5, 500)]
    [InlineData(2, 0.5, 1000)]
    [InlineData(3, 1, 4000)]
    [InlineData(4, 1, 5000)]
    [InlineData(9, 0.5, 2500)]
    [InlineData(1000, 1, 5000)]
    [InlineData(3, 0, 0)]
    public void RetryDelay_DoublesUpToFiveSecondsAndIsAPartOfThat(int retry, double chance, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryDelay.Of(retry, chance));

    [Fact]
    public async Task ClientLeavesDuringTheBackOff_NothingMoreIsSent()
    {
        var refused = new TaskCompletionSource();
        await using var plano = RawUpstream.Start(async request =>
        {
            await request.SendAsync(ProxyConfig.Error(503, "retry-after: 9\r\n"));
            refused.TrySetResult();
        });
        var time = new LongDelays();
        await using var gateway = await GatewayUnderTest.StartAsync(PlanoProxyTests.Config(plano.Address), services => services.AddSingleton<TimeProvider>(time));
        using var stop = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("{}", null, "application/json") };
        var answer = gateway.Client.SendAsync(request, stop.Token);
        await refused.Task;
        await time.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await time.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, plano.Requests);
    }

    [Fact]
    public async Task Document_HasTheTable()
    {
        const string Begin = "<!-- the table begins -->\n";
        const string End = "<!-- the table ends -->\n";
        var path = Path.Combine(RepositoryFiles.Root, "docs", "plano-proxy.md");
        var text = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(path, text[..begin] + Table() + text[end..]);
        else
            Assert.Equal(Table(), text[begin..end]);
    }

    private static string Table()
    {
        var text = new StringBuilder("| Plano | Whole answer | Stream | With `fallback: true` |\n|---|---|---|---|\n");
        foreach (var failure in PlanoFailures.All)
        {
            var fallback = failure.FallenBack is not null ? $"{failure.FallenBack}" : failure.StreamedFallenBack is not null ? $"stream: {failure.StreamedFallenBack}; else the same" : "the same";
            text.Append(CultureInfo.InvariantCulture, $"| {failure.Name} | {failure.Plain} | {(failure.Streamed == failure.Plain ? "the same" : failure.Streamed)} | {fallback} |\n");
        }

        return text.ToString();
    }

    private static PlanoOutcome Expected(PlanoFailure failure, bool stream, bool fallback)
    {
        var without = stream ? failure.Streamed : failure.Plain;
        return fallback ? failure.FallenBack ?? (stream ? failure.StreamedFallenBack : null) ?? without : without;
    }

    // The provider behind the fallback speaks every format, so that its bytes pass in each.
    private static TestConfig Config(PlanoFailure failure, Uri plano, Uri provider, bool fallback)
    {
        var patience = failure.IsSilent ? "300ms" : "20s";
        return TestConfig.Empty
            .Default("vercel/x", provider)
            .Routing(fallback ? "mode: plano_proxy, fallback: true" : "mode: plano_proxy, fallback: false")
            .Routing($$"""proxy: { base_url: "{{plano}}", timeout: {{patience}} }, timeouts: { idle: {{patience}} }""");
    }

    private const string DirectAnswer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{\"direct\":true}";

    private static async Task<(int Status, Dictionary<string, string> Headers, string Body, bool IsCut)> SendAsync(GatewayUnderTest gateway, string format, bool stream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{format}")
        {
            Content = new StringContent($$"""{"model":"x","stream":{{(stream ? "true" : "false")}},"messages":[],"input":"hi"}""", Encoding.UTF8, "application/json"),
        };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var headers = response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        var body = new MemoryStream();
        try
        {
            await response.Content.CopyToAsync(body);
        }
        catch (HttpRequestException)
        {
            return ((int)response.StatusCode, headers, Encoding.UTF8.GetString(body.ToArray()), true);
        }

        return ((int)response.StatusCode, headers, Encoding.UTF8.GetString(body.ToArray()), false);
    }

    private sealed class NoChance : Random
    {
        public override double NextDouble() => 0;
    }

    // Tells when a wait of a few seconds begins, and when it is given up.
    private sealed class LongDelays : TimeProvider
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime != TimeSpan.FromSeconds(9))
                return timer;
            Waiting.TrySetResult();
            return new Observed(timer, Ended);
        }

        private sealed class Observed(ITimer timer, TaskCompletionSource ended) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                ended.TrySetResult();
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                ended.TrySetResult();
                return timer.DisposeAsync();
            }
        }
    }
}
