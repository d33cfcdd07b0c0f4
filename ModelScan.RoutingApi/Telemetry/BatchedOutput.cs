namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// Gathers bytes and writes them to a stream at most ten times a second, on a thread of its own: whoever adds never waits for whoever
/// reads. What does not fit into a megabyte that has not been read yet is left out, and counted. Thread-safe.
/// </summary>
/// <remarks>Our own because the console logger of .NET makes several writes and allocations of each line, which at full load was 40 % of a request's cost.</remarks>
internal sealed class BatchedOutput : IDisposable
{
    /// <summary>Bytes that may wait.</summary>
    public const int Bound = 1 << 20;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new(); // a Lock has no Wait
    private readonly Stream _stream;
    private readonly Thread _thread;
    private byte[] _filling = new byte[16 * 1024];
    private byte[] _writing = new byte[16 * 1024];
    private int _length;
    private long _leftOut;
    private bool _closed;

    public BatchedOutput(Stream stream)
    {
        _stream = stream;
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "console of requests" };
        _thread.Start();
    }

    /// <summary>How many pieces were left out because nobody read what had been written.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Adds a piece, whole or not at all.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        lock (_gate)
        {
            if (_closed || _length + piece.Length > Bound)
            {
                Interlocked.Increment(ref _leftOut);
                return;
            }

            if (_length + piece.Length > _filling.Length)
                Array.Resize(ref _filling, Math.Min(Bound, Math.Max(_filling.Length * 2, _length + piece.Length)));
            piece.CopyTo(_filling.AsSpan(_length));
            if (_length == 0)
                Monitor.Pulse(_gate);
            _length += piece.Length;
        }
    }

    /// <summary>Writes what is there; a reader that does not read is waited for for two seconds.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(Patience);
    }

    private void WriteAll()
    {
        while (true)
        {
            int length;
            bool closed;
            lock (_gate)
            {
                // Not a semaphore: that would give the core up dozens of times before it waits.
                while (_length == 0 && !_closed)
                    Monitor.Wait(_gate);
                if (!_closed)
                    Monitor.Wait(_gate, Gathering); // more comes meanwhile, unless it is time to go
                (_filling, _writing) = (_writing, _filling);
                (length, _length) = (_length, 0);
                closed = _closed;
            }

            try
            {
                _stream.Write(_writing, 0, length);
                _stream.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more.
            }

            if (closed)
                return;
        }
    }
}
