using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// Runs the encoder on a few threads of its own, one text at a time each: a run takes a core for milliseconds, and on the thread pool it
/// would hold up whatever else the gateway does. Texts that have to wait are counted; too many are refused.
/// </summary>
internal sealed class EncoderQueue : IDisposable
{
    /// <summary>Texts that may wait: at the cap of length, some seconds of work for a core.</summary>
    public const int Capacity = 1024;

    private readonly ISentenceEncoder _encoder;
    private readonly BlockingCollection<Job> _jobs = new(Capacity);
    private readonly Thread[] _threads;
    private long _encoded;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <summary>Starts the threads.</summary>
    /// <param name="encoder">The encoder; owned.</param>
    /// <param name="threads">How many texts are encoded at the same time.</param>
    public EncoderQueue(ISentenceEncoder encoder, int threads)
    {
        _encoder = encoder;
        _running = threads;
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"encoder {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Half of the cores, and at least one: the others go on with what the gateway is for.</summary>
    public static int DefaultThreads => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Texts that wait for a thread.</summary>
    public int Waiting => _jobs.Count;

    /// <summary>Done when nothing runs any more and the encoder has been given back.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Texts encoded so far.</summary>
    public long Encoded => Interlocked.Read(ref _encoded);

    /// <summary>Encodes a text when its turn has come.</summary>
    /// <param name="ids">Its pieces with the marks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RouteClassificationException">Too many texts wait already, or the encoder has been taken away.</exception>
    public Task<float[]> EncodeAsync(int[] ids, CancellationToken cancellationToken)
    {
        var job = new Job(ids, cancellationToken);
        try
        {
            if (!_jobs.TryAdd(job, 0, cancellationToken))
                throw new RouteClassificationException($"the encoder is busy: {Capacity} texts wait for it");
        }
        catch (InvalidOperationException exception)
        {
            throw new RouteClassificationException("the encoder has been replaced", exception);
        }

        return job.Result.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the texts that wait be encoded, then gives the encoder back; does not wait for that.</summary>
    public void Dispose() => _jobs.CompleteAdding();

    private void Work()
    {
        BackgroundThread.Enter();
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            if (job.CancellationToken.IsCancellationRequested)
            {
                job.Result.TrySetCanceled(job.CancellationToken);
                continue;
            }

            try
            {
                var vector = _encoder.Encode(job.Ids);
                Interlocked.Increment(ref _encoded);
                job.Result.SetResult(vector);
            }
#pragma warning disable CA1031 // Whatever the native library throws belongs to whoever asked, and must not end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                job.Result.SetException(new RouteClassificationException($"the encoder failed: {exception.Message}", exception));
            }
        }

        if (Interlocked.Decrement(ref _running) > 0)
            return;
        _encoder.Dispose();
        _ended.SetResult();
    }

    private sealed record Job(int[] Ids, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<float[]> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
