using System.Buffers;

namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// Memory for bodies. The pool of .NET keeps what it once gave out, up to a gigabyte an array, until a full collection finds it unused, and an
/// idle process makes none: ten answers of 50 MB would be held for hours. So
/// <list type="number">
/// <item>small arrays are the business of that pool;</item>
/// <item>larger ones, up to <see cref="LargestPooled"/>, are kept in a bounded number;</item>
/// <item>what is larger still is made anew, in the size that is asked for, and left to the garbage collector.</item>
/// </list>
/// Thread-safe. Rented memory holds whatever was in it before.
/// </summary>
internal static class BytePool
{
    /// <summary>Longest array that is kept, in bytes.</summary>
    public const int LargestPooled = 1 << 20;

    private const int LargestSmall = 128 << 10;
    private const int MostKept = 16;

    // Of every size (256 KB, 512 KB, 1 MB) at most a 64th of what the process may have, and sixteen: 28 MB in all.
    private static readonly ArrayPool<byte> Larger = ArrayPool<byte>.Create(
        LargestPooled, (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 64 / LargestPooled, 1, MostKept));

    /// <summary>An array of at least <paramref name="length"/> bytes.</summary>
    public static byte[] Rent(int length) => length switch
    {
        <= LargestSmall => ArrayPool<byte>.Shared.Rent(length),
        <= LargestPooled => Larger.Rent(length),
        _ => GC.AllocateUninitializedArray<byte>(length),
    };

    /// <summary>Takes an array back that <see cref="Rent"/> gave out; it is not to be touched afterwards.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length <= LargestSmall)
            ArrayPool<byte>.Shared.Return(array);
        else if (array.Length <= LargestPooled)
            Larger.Return(array);
    }
}
