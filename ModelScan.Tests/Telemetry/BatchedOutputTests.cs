using System.Text;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class BatchedOutputTests
{
    [Fact]
    public async Task Add_FromManyThreads_IsWrittenWholeAndOnce()
    {
        using var written = new MemoryStream();
        using (var output = new BatchedOutput(written))
        {
            await Parallel.ForAsync(0, 8, (writer, _) =>
            {
                for (var i = 0; i < 500; i++)
                    output.Add(Encoding.UTF8.GetBytes($"{writer}:{i}\n"));
                return ValueTask.CompletedTask;
            });
        }

        var lines = Encoding.UTF8.GetString(written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4000, lines.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"3:{i}"), lines.Where(line => line.StartsWith("3:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Add_NobodyReads_IsLeftOutAndCountedAndNobodyWaits()
    {
        using var reader = new BlockedStream();
        using (var output = new BatchedOutput(reader))
        {
            var piece = new byte[1000];
            for (var i = 0; i < 4 * BatchedOutput.Bound / piece.Length; i++)
                output.Add(piece);

            Assert.InRange(output.LeftOut, 1, 4 * BatchedOutput.Bound / piece.Length);
            reader.Go.Set();
        }

        Assert.InRange(reader.Length, 1, 2L * BatchedOutput.Bound);
    }

    [Fact]
    public void Add_ReaderIsGone_DoesNothing()
    {
        using var output = new BatchedOutput(new BrokenStream());
        output.Add("x\n"u8);
    }

    private sealed class BlockedStream : Sink
    {
        private long _length;

        public ManualResetEventSlim Go { get; } = new();

        public override long Length => _length;

        public override void Write(byte[] buffer, int offset, int count)
        {
            Go.Wait(TimeSpan.FromSeconds(30));
            _length += count;
        }

        protected override void Dispose(bool disposing)
        {
            Go.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class BrokenStream : Sink
    {
        public override long Length => 0;

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");
    }

    private abstract class Sink : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Position { get => Length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
