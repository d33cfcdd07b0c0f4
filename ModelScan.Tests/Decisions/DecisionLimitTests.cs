using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions;

/// <summary>A decision has a limit, and the routes that a request brings along are encoded within it.</summary>
public sealed class DecisionLimitTests
{
    private static readonly RouteSet Routes = new([.. Enumerable.Range(0, 64).Select(i => new ClassifiableRoute($"route {i}", $"thing number {i}", []))]);

    [Fact]
    public async Task InlineRoutes_ThatTakeTooLong_AreGivenUp_AndNoFurtherOneIsEncoded()
    {
        var clock = new FakeTimeProvider();
        using var encoder = new SlowEncoder();
        using var loading = new EncoderLoading(() => EncoderModel.LoadShipped() with { Encoder = encoder }, NullLogger.Instance);
        var classifier = new EmbeddedClassifier(loading, new ClassifierConfig(), clock);
        await loading.StartAsync();

        var deciding = classifier.ClassifyAsync(Request with { IsInline = true }, CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => encoder.Begun > 0, "the first route is encoded");
        clock.Advance(EmbeddedClassifier.TimeLimit);

        var exception = await Assert.ThrowsAsync<RouteClassificationException>(() => deciding.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("no decision within 2 s", exception.Message, StringComparison.Ordinal);
        encoder.Release();
        await UntilIdleAsync(loading);
        Assert.InRange(encoder.Begun, 1, EncoderQueue.DefaultThreads + 1); // the one in a hurry takes the same text
    }

    [Fact]
    public async Task ConfiguredRoutes_ThatTakeTooLong_AreEncodedForTheNextRequest()
    {
        var clock = new FakeTimeProvider();
        using var encoder = new SlowEncoder();
        using var loading = new EncoderLoading(() => EncoderModel.LoadShipped() with { Encoder = encoder }, NullLogger.Instance);
        var classifier = new EmbeddedClassifier(loading, new ClassifierConfig(), clock);
        await loading.StartAsync();

        var deciding = classifier.ClassifyAsync(Request, CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => encoder.Begun > 0, "the first route is encoded");
        clock.Advance(EmbeddedClassifier.TimeLimit);

        await Assert.ThrowsAsync<RouteClassificationException>(() => deciding.WaitAsync(TimeSpan.FromSeconds(20)));
        encoder.Release();
        await Eventually.TrueAsync(() => encoder.Begun >= Routes.Routes.Count, "all routes are encoded");
        Assert.False((await classifier.ClassifyAsync(Request, CancellationToken.None)).HasFailed);
    }

    private static ClassificationRequest Request => new(Routes, [new ConversationMessage(ConversationRole.User, "write a function")]);

    private static async Task UntilIdleAsync(EncoderLoading loading)
    {
        var classifier = (await loading.StartAsync())!;
        await Eventually.TrueAsync(() => classifier.Waiting == 0, "nothing waits");
        classifier.Dispose();
        await classifier.Ended.WaitAsync(TimeSpan.FromSeconds(20));
    }

    // Stands still until it is let go on.
    private sealed class SlowEncoder : ISentenceEncoder
    {
        private readonly ManualResetEventSlim _goOn = new();
        private int _begun;

        public int Dimension => 384;

        public int Begun => Volatile.Read(ref _begun);

        public void Release() => _goOn.Set();

        public float[] Encode(ReadOnlySpan<int> ids)
        {
            Interlocked.Increment(ref _begun);
            _goOn.Wait(TimeSpan.FromSeconds(30));
            var vector = new float[Dimension];
            vector[ids.Length % Dimension] = 1;
            return vector;
        }

        public void Dispose() => _goOn.Set();
    }
}
