using System.Collections.Concurrent;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Embedded.Encoder;

/// <summary>Texts wait for threads that stand back behind all others, and not for ever.</summary>
public sealed class EncoderQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Texts_WhoseThreadGetsNoCore_AreEncodedByTheOneInAHurry()
    {
        using var encoder = new GatedEncoder { AreOthersLetThrough = true };
        using var queue = new EncoderQueue(encoder, threads: 1);
        var vectors = await Task.WhenAll(Enumerable.Range(1, 5).Select(id => queue.EncodeAsync([id], CancellationToken.None))).WaitAsync(Patience);
        Assert.Equal([1, 2, 3, 4, 5], vectors.Select(vector => (int)vector[0]));
        Assert.Equal(5, queue.Encoded);
    }

    [Fact]
    public async Task TextBehindOthers_WhoseThreadGetsNoCore_IsEncodedByTheOneInAHurry()
    {
        using var encoder = new GatedEncoder { AreOthersLetThrough = true, StandsStill = 3 };
        using var queue = new EncoderQueue(encoder, threads: 1);
        for (var id = 1; id <= 4; id++)
            Assert.Equal(id, (await queue.EncodeAsync([id], CancellationToken.None).WaitAsync(Patience))[0]);
        Assert.Equal([1, 2, 3, 3, 4], encoder.Begun);
    }

    [Fact]
    public async Task Text_EncodedTwice_CountsOnce()
    {
        using var encoder = new GatedEncoder { AreOthersLetThrough = true };
        var queue = new EncoderQueue(encoder, threads: 1);
        await queue.EncodeAsync([1], CancellationToken.None).WaitAsync(Patience);
        encoder.Open();
        queue.Dispose();
        await queue.Ended.WaitAsync(Patience);
        Assert.Equal((2, 1), (encoder.Begun.Count, queue.Encoded));
    }

    [Fact]
    public async Task WhoeverWaited_GoesOnOffTheThreadPool()
    {
        using var encoder = new GatedEncoder();
        using var queue = new EncoderQueue(encoder, threads: 1);
        var goingOn = queue.EncodeAsync([1], CancellationToken.None)
            .ContinueWith(_ => Thread.CurrentThread.IsThreadPoolThread, default, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        encoder.Open();
        Assert.False(await goingOn.WaitAsync(Patience));
    }

    [Fact]
    public async Task Text_ThatNobodyWaitsForAnyMore_IsNotEncoded()
    {
        using var encoder = new GatedEncoder();
        using var queue = new EncoderQueue(encoder, threads: 1);
        using var leaving = new CancellationTokenSource();
        var (first, second) = (queue.EncodeAsync([1], CancellationToken.None), queue.EncodeAsync([2], leaving.Token));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        encoder.Open();
        await first.WaitAsync(Patience);
        queue.Dispose();
        await queue.Ended.WaitAsync(Patience);
        Assert.DoesNotContain(2, encoder.Begun);
    }

    [Fact]
    public async Task Failure_BelongsToWhoeverAsked_AndTheNextTextIsEncoded()
    {
        using var encoder = new GatedEncoder { Fault = new InvalidOperationException("broken") };
        encoder.Open();
        using var queue = new EncoderQueue(encoder, threads: 1);
        var exception = await Assert.ThrowsAsync<RouteClassificationException>(() => queue.EncodeAsync([1], CancellationToken.None).WaitAsync(Patience));
        Assert.Contains("broken", exception.Message, StringComparison.Ordinal);
        encoder.Fault = null;
        Assert.Equal(2, (await queue.EncodeAsync([2], CancellationToken.None).WaitAsync(Patience))[0]);
    }

    [Fact]
    public async Task Dispose_WhatWaitsIsEncoded_NothingMoreIsTaken()
    {
        using var encoder = new GatedEncoder();
        var queue = new EncoderQueue(encoder, threads: 1);
        var waiting = queue.EncodeAsync([1], CancellationToken.None);
        queue.Dispose();
        await Assert.ThrowsAsync<RouteClassificationException>(() => queue.EncodeAsync([2], CancellationToken.None));
        Assert.False(encoder.IsGivenBack);
        encoder.Open();
        Assert.Equal(1, (await waiting.WaitAsync(Patience))[0]);
        await queue.Ended.WaitAsync(Patience);
        Assert.True(encoder.IsGivenBack);
    }

    [Fact]
    public async Task TextsForLater_AreEncoded_AndWhoeverWaitedGoesOnUponTheThreadPool()
    {
        using var encoder = new GatedEncoder();
        using var queue = new EncoderQueue(encoder, threads: 1);
        var goingOn = Enumerable.Range(1, 100).Select(id => queue.EncodeLaterAsync([id], CancellationToken.None)
            .ContinueWith(done => ((int)done.Result[0], Thread.CurrentThread.IsThreadPoolThread), default, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)).ToArray();
        encoder.Open();
        Assert.Equal(Enumerable.Range(1, 100).Select(id => (id, true)), await Task.WhenAll(goingOn).WaitAsync(Patience));
        Assert.Equal(100, queue.Encoded);
    }

    [Fact]
    public async Task TextsForLater_ComeBehindThoseOfRequests()
    {
        const int Requests = 1000;
        using var encoder = new GatedEncoder();
        using var queue = new EncoderQueue(encoder, threads: 0);
        var helpers = Environment.ProcessorCount;
        var later = Enumerable.Range(1, helpers + 100).Select(id => queue.EncodeLaterAsync([id], CancellationToken.None)).ToArray();
        await Eventually.TrueAsync(() => encoder.Begun.Count == helpers, "the helpers are busy");
        var sooner = Enumerable.Range(Requests, helpers + 100).Select(id => queue.EncodeAsync([id], CancellationToken.None)).ToArray();
        encoder.Open();
        await Task.WhenAll([.. sooner, .. later]).WaitAsync(Patience);

        // Each of the threads may have taken one that it has not begun.
        Assert.True(encoder.Begun.Skip(helpers).TakeWhile(id => id >= Requests).Count() >= 100);
    }

    [Fact]
    public async Task Dispose_WhatIsForLaterIsEncoded_BeforeTheEncoderIsGivenBack()
    {
        using var encoder = new GatedEncoder();
        var queue = new EncoderQueue(encoder, threads: 1);
        var waiting = Enumerable.Range(1, 20).Select(id => queue.EncodeLaterAsync([id], CancellationToken.None)).ToArray();
        queue.Dispose();
        await Assert.ThrowsAsync<RouteClassificationException>(() => queue.EncodeLaterAsync([2], CancellationToken.None));
        Assert.False(encoder.IsGivenBack);
        encoder.Open();
        Assert.Equal(Enumerable.Range(1, 20), (await Task.WhenAll(waiting).WaitAsync(Patience)).Select(vector => (int)vector[0]));
        await queue.Ended.WaitAsync(Patience);
        Assert.True(encoder.IsGivenBack);
    }

    [Fact]
    public async Task TextForLater_OfAQueueThatHasEnded_IsRefused()
    {
        using var encoder = new GatedEncoder();
        var queue = new EncoderQueue(encoder, threads: 1);
        queue.Dispose();
        await queue.Ended.WaitAsync(Patience);
        await Assert.ThrowsAsync<RouteClassificationException>(() => queue.EncodeLaterAsync([1], CancellationToken.None));
    }

    // Stands still until it is opened, like a thread that gets no core; where others are let through, only one that comes does.
    private sealed class GatedEncoder : ISentenceEncoder
    {
        private readonly ManualResetEventSlim _gate = new();

        public ConcurrentQueue<int> Begun { get; } = new();

        public bool AreOthersLetThrough { get; init; }

        public int StandsStill { get; init; } = 1;

        public Exception? Fault { get; set; }

        public bool IsGivenBack { get; private set; }

        public int Dimension => 1;

        public void Open() => _gate.Set();

        public float[] Encode(ReadOnlySpan<int> ids)
        {
            Begun.Enqueue(ids[0]);
            if (!AreOthersLetThrough || Begun.Count == StandsStill)
                _gate.Wait(Patience);
            return Fault is { } fault ? throw fault : [ids[0]];
        }

        public void Dispose()
        {
            IsGivenBack = true;
            _gate.Set();
        }
    }
}
