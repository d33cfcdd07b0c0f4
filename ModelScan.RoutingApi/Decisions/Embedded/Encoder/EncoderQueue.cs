using System.Diagnostics;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// Runs the encoder on a few threads of its own, one text at a time each: a run takes a core for milliseconds, and on the thread pool it
/// would hold up whatever else the gateway does. Texts that have to wait are counted; too many are refused.
/// </summary>
/// <remarks>
/// The threads come behind all others (<see cref="BackgroundThread"/>), so on a core that is never idle they get next to nothing: what has
/// waited for longer than <see cref="Patience"/> is encoded by one with a share like all others, whether another has begun it or not.
/// Thousands of texts at once, for which no request waits, are encoded by one more thread for each core (<see cref="EncodeLaterAsync"/>).
/// Who waited for a request's text goes on upon one more thread, and not upon the thread pool: a thread of the pool gives its core up between
/// two pieces of work (<c>sched_yield</c>), and where there is but one, the encoder has it then.
/// </remarks>
internal sealed class EncoderQueue : IDisposable
{
    /// <summary>Texts that may wait: at the cap of length, some seconds of work for a core.</summary>
    public const int Capacity = 1024;

    /// <summary>How long a text waits for the threads that stand back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    // How long the thread in a hurry looks for itself after the last text.
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(1);

    private readonly ISentenceEncoder _encoder;
    private readonly BlockingQueue<Job> _jobs = new(Capacity);
    private readonly BlockingQueue<Job> _later = new(Capacity);
    private readonly BlockingQueue<Job> _watched = new(int.MaxValue);
    private readonly BlockingQueue<Job> _done = new(int.MaxValue);
    private long _encoded;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _running;
    private bool _hasHelpers;
    private bool _isDisposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="encoder">The encoder; owned.</param>
    /// <param name="threads">How many texts are encoded at the same time.</param>
    public EncoderQueue(ISentenceEncoder encoder, int threads)
    {
        _encoder = encoder;
        _running = threads + 1;
        for (var i = 0; i < threads; i++)
            Start(Work, $"encoder {i}");
        Start(Hurry, "encoder in a hurry");
        Start(Tell, "encoder's answers");
    }

    /// <summary>Half of the cores, and at least one: the others go on with what the gateway is for.</summary>
    public static int DefaultThreads => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Texts that wait for a thread.</summary>
    public int Waiting => _jobs.Count + _later.Count;

    /// <summary>Done when nothing runs any more and the encoder has been given back.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Texts encoded so far.</summary>
    public long Encoded => Interlocked.Read(ref _encoded);

    /// <summary>Encodes a text when its turn has come.</summary>
    /// <param name="ids">Its pieces with the marks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RouteClassificationException">Too many texts wait already, or the encoder has been taken away.</exception>
    public Task<float[]> EncodeAsync(int[] ids, CancellationToken cancellationToken) => EncodeAsync(_jobs, ids, cancellationToken);

    /// <summary>Encodes one of many texts that are wanted at once: on every core, while no text waits that has been asked for alone.</summary>
    /// <param name="ids">Its pieces with the marks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="RouteClassificationException">Too many texts wait already, or the encoder has been taken away.</exception>
    public Task<float[]> EncodeLaterAsync(int[] ids, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            for (var i = 0; i < Environment.ProcessorCount && !_hasHelpers && !_isDisposed; i++)
            {
                _running++;
                Start(Help, $"encoder's helper {i}");
            }

            _hasHelpers = true;
        }

        return EncodeAsync(_later, ids, cancellationToken);
    }

    /// <summary>Lets the texts that wait be encoded, then gives the encoder back; does not wait for that.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _jobs.Close();
        _later.Close();
        _watched.Close();
    }

    private static void Start(ThreadStart work, string name) => new Thread(work) { IsBackground = true, Name = name }.Start();

    private Task<float[]> EncodeAsync(BlockingQueue<Job> queue, int[] ids, CancellationToken cancellationToken)
    {
        var job = new Job(ids, queue == _later, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!queue.TryAdd(job))
                throw new RouteClassificationException($"the encoder is busy: {Capacity} texts wait for it");
            if (queue == _jobs)
                _watched.TryAdd(job);
        }
        catch (InvalidOperationException exception)
        {
            throw new RouteClassificationException("the encoder has been replaced", exception);
        }

        return job.Result.Task.WaitAsync(cancellationToken);
    }

    private void Work()
    {
        BackgroundThread.Enter(CoreShare.Least);
        while (_jobs.TryTake(out var job))
            Encode(job);
        End();
    }

    // It may have the core that the thread of a request's text wants: then it does that one's work first.
    private void Help()
    {
        BackgroundThread.Enter(CoreShare.Tenth);
        while (_later.TryTake(out var job))
        {
            while (_jobs.TryTakeAtOnce(out var sooner))
                Encode(sooner);
            if (TryEncode(job))
                job.Tell();
        }

        End();
    }

    // Whoever is woken by a thread may take its core, and when it sleeps again, the kernel may well give that to the encoder: so this one is not
    // woken for each text, but sleeps and looks, and waits to be woken only when none has come for a while.
    private void Hurry()
    {
        BackgroundThread.Enter(CoreShare.Equal);
        while (_watched.TryTake(out var job))
        {
            var since = Stopwatch.GetTimestamp();
            do
            {
                while (job is not null || _watched.TryTakeAtOnce(out job))
                {
                    if (!job.IsOver)
                    {
                        Rest(Patience - Stopwatch.GetElapsedTime(job.Since));
                        Encode(job);
                    }

                    (job, since) = (null, Stopwatch.GetTimestamp());
                }

                Rest(Patience);
            }
            while (Stopwatch.GetElapsedTime(since) < Attention && !_watched.IsClosed);
        }

        End();

        static void Rest(TimeSpan time)
        {
#pragma warning disable RS0030 // It is a thread of our own, with nothing else to do.
            if (time > TimeSpan.Zero)
                Thread.Sleep(time);
#pragma warning restore RS0030
        }
    }

    private void Encode(Job job)
    {
        if (TryEncode(job))
            _done.TryAdd(job);
    }

    private bool TryEncode(Job job)
    {
        if (job.IsOver)
            return false;
        float[]? vector = null;
        RouteClassificationException? failure = null;
        try
        {
            if (!job.CancellationToken.IsCancellationRequested)
                vector = _encoder.Encode(job.Ids);
        }
#pragma warning disable CA1031 // Whatever the native library throws belongs to whoever asked, and must not end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = new RouteClassificationException($"the encoder failed: {exception.Message}", exception);
        }

        if (!job.TryEnd(vector, failure))
            return false;
        if (vector is not null)
            Interlocked.Increment(ref _encoded);
        return true;
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_running > 0)
                return;
        }

        _encoder.Dispose();
        _done.Close();
    }

    private void Tell()
    {
        while (_done.TryTake(out var job))
            job.Tell();

        _ended.SetResult();
    }

    private sealed class Job(int[] ids, bool isForPool, CancellationToken cancellationToken)
    {
        private int _isOver;
        private float[]? _vector;
        private RouteClassificationException? _failure;

        public int[] Ids => ids;

        public CancellationToken CancellationToken => cancellationToken;

        public long Since { get; } = Stopwatch.GetTimestamp();

        public bool IsOver => Volatile.Read(ref _isOver) != 0;

        public TaskCompletionSource<float[]> Result { get; } = new(isForPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

        /// <summary>Says what came of it; neither a vector nor a failure for a text that nobody waits for.</summary>
        /// <returns>Whether nobody has said so before.</returns>
        public bool TryEnd(float[]? vector, RouteClassificationException? failure)
        {
            if (Interlocked.Exchange(ref _isOver, 1) != 0)
                return false;
            (_vector, _failure) = (vector, failure);
            return true;
        }

        /// <summary>Tells whoever waits, who goes on upon this thread, unless he is for the pool.</summary>
        public void Tell()
        {
            if (_vector is not null)
                Result.SetResult(_vector);
            else if (_failure is not null)
                Result.SetException(_failure);
            else
                Result.SetCanceled(CancellationToken);
        }
    }
}
